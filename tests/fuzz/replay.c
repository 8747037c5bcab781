/* Runs a fuzz harness over the files of a folder: the corpus as a plain test. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/harness.h"

/* Octets of the largest corpus file that is read. */
#define FILE_MAX ((size_t)1024 * 1024)

static int replay_file(const char *folder, const char *name)
{
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *const file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        return 1;
    }
    /* Exactly as long as the file, so that the sanitizer sees a read past the end. */
    uint8_t *const all = malloc(FILE_MAX);
    const size_t len = all == NULL ? 0 : fread(all, 1, FILE_MAX, file);
    uint8_t *const exact = malloc(len == 0 ? 1 : len);
    if (exact != NULL && all != NULL) {
        memcpy(exact, all, len);
        (void)LLVMFuzzerTestOneInput(exact, len);
    }
    free(exact);
    free(all);
    return fclose(file) == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        (void)fprintf(stderr, "usage: %s CORPUS_FOLDER\n", argv[0]);
        return 2;
    }
    DIR *const folder = opendir(argv[1]);
    if (folder == NULL) {
        perror(argv[1]);
        return 1;
    }
    int failed = 0;
    int files = 0;
    for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        if (entry->d_name[0] == '.')
            continue;
        failed |= replay_file(argv[1], entry->d_name);
        files++;
    }
    (void)closedir(folder);
    (void)printf("%d files replayed\n", files);
    return failed != 0 || files == 0 ? 1 : 0;
}
