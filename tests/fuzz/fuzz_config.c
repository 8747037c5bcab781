/* Configuration files: any octets give entries with a key and a place, or a reason with a place. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "shipper/settings/config_file.h"
#include "tests/fuzz/harness.h"

static enum status check_entry(void *context, const struct config_entry *entry, struct error *err)
{
    (void)context;
    (void)err;
    assert(entry->key[0] != '\0' && entry->text != NULL);
    assert(entry->line > 0 && entry->column > 0);
    assert(entry->kind == CONFIG_SCALAR || entry->kind == CONFIG_ITEM || entry->text[0] == '\0');
    return ST_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error err = {0};
    const enum status status =
        config_file_read((struct bytes){data, size}, check_entry, NULL, &err);
    assert(status == ST_OK || err.text[0] != '\0');
    assert(status != ST_INVALID || strchr(err.text, ':') != NULL);
    return 0;
}
