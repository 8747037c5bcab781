#include "shipper/base/command.h"

int exit_status_of(enum status status)
{
    if (status == ST_OK)
        return EXIT_DONE;
    if (status == ST_REFUSED)
        return EXIT_PARTLY;
    if (status == ST_UNAUTHORISED)
        return EXIT_UNAUTHORISED;
    if (status == ST_KEPT)
        return EXIT_KEPT;
    return status == ST_INVALID ? EXIT_USAGE : EXIT_FAILED;
}
