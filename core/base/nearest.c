#include "core/base/nearest.h"

/* Most edits that still look like a slip of the fingers. */
#define DISTANCE_MAX 4

static size_t min_size(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Optimal string alignment distance, three rows of its table at a time. */
static size_t edit_distance(struct bytes a, struct bytes b)
{
    size_t rows[3][NEAREST_NAME_MAX + 1];
    for (size_t j = 0; j <= b.len; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        const size_t *const above = rows[(i - 1) % 3];
        const size_t *const two_above = rows[(i + 1) % 3];
        size_t *const row = rows[i % 3];
        row[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            const size_t replace = above[j - 1] + (a.data[i - 1] != b.data[j - 1] ? 1 : 0);
            row[j] = min_size(replace, min_size(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a.data[i - 1] == b.data[j - 2] && a.data[i - 2] == b.data[j - 1])
                row[j] = min_size(row[j], two_above[j - 2] + 1);
        }
    }
    return rows[a.len % 3][b.len];
}

struct nearest nearest_to(struct bytes wanted)
{
    const size_t third = (wanted.len + 2) / 3;
    return (struct nearest){.wanted = wanted, .distance = min_size(third, DISTANCE_MAX)};
}

void nearest_offer(struct nearest *nearest, const char *name)
{
    const struct bytes candidate = bytes_of(name);
    if (nearest->wanted.len > NEAREST_NAME_MAX || candidate.len > NEAREST_NAME_MAX)
        return;
    /* Each octet that one has more is an edit. */
    const size_t longer = nearest->wanted.len > candidate.len ? nearest->wanted.len - candidate.len
                                                              : candidate.len - nearest->wanted.len;
    if (longer > nearest->distance)
        return;
    const size_t distance = edit_distance(nearest->wanted, candidate);
    if (distance < nearest->distance || (nearest->name == NULL && distance == nearest->distance)) {
        nearest->name = name;
        nearest->distance = distance;
    }
}
