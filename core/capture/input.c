#include "core/capture/input.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/size.h"
#include "core/capture/unpack.h"

/* Octets of a read: large enough to make system calls cheap, small enough for the second-level
 * cache. */
#define CHUNK_SIZE ((size_t)256 * 1024)

/* Octets that tell captures and packed files apart from everything else. */
#define MAGIC_LEN UNPACK_START_LEN

/* What some editors put before UTF-8. */
#define BYTE_ORDER_MARK BYTES_LITERAL("\xef\xbb\xbf")

/* How long a wait for a pipe may overlook that it is to end: a signal that came just before it. */
#define STOP_POLL_MS 200

struct input {
    char *name;              /* owned */
    const atomic_bool *stop; /* borrowed; NULL: nothing ends a wait */
    int fd;
    bool is_stdin;
    bool is_regular;
    bool has_ended;            /* read(2) has said so */
    struct unpacker *unpacker; /* owned; NULL for a file that is not packed */
    enum input_kind kind;
    struct error fault; /* what ended the input early; ST_OK while nothing has */

    uint64_t raw_total; /* octets read from the file */
    uint64_t size;      /* octets of the file; 0 when unknown */

    /* Packed octets, CHUNK_SIZE of them; [raw_pos, raw_len) wait for the unpacker. Owned; NULL for
     * a file that is not packed. */
    uint8_t *raw;
    size_t raw_pos;
    size_t raw_len;

    uint8_t *data; /* content; [data_pos, data_len) is not delivered yet; owned */
    size_t data_pos;
    size_t data_len;
    size_t data_cap;
    uint64_t line;    /* number of the line that input_line works on, from 1 */
    bool is_skipping; /* that line is too long */
};

static bool is_stopped(const struct input *input)
{
    return input->stop != NULL && atomic_load(input->stop);
}

/* Waits until a pipe has something. False if the reading is to end before. */
static bool await(const struct input *input)
{
    struct pollfd readable = {.fd = input->fd, .events = POLLIN};
    if (input->stop == NULL || input->is_regular)
        return true;
    while (!is_stopped(input)) {
        const int count = poll(&readable, 1, STOP_POLL_MS);
        if (count > 0 || (count < 0 && errno != EINTR))
            return true; /* read(2) will say what is wrong */
    }
    return false;
}

/* Reads once, whatever there is. Returns 0 and sets has_ended or the fault otherwise. */
static size_t read_file(struct input *input, void *to, size_t size)
{
    ssize_t got = 0;
    if (input->has_ended)
        return 0;
    if (!await(input)) {
        input->has_ended = true;
        return 0;
    }
    do {
        got = read(input->fd, to, size);
    } while (got < 0 && errno == EINTR);
    if (got < 0) {
        (void)error_set_os(&input->fault, ST_IO, errno, "%s: cannot read on after octet %" PRIu64,
                           input->name, input->raw_total);
        return 0;
    }
    input->has_ended = got == 0;
    input->raw_total += (uint64_t)got;
    return (size_t)got;
}

/* Unpacks once from what was read. False when nothing more can come of it. */
static bool unpack_once(struct input *input, struct unpack_io *io)
{
    const size_t had = input->raw_len - input->raw_pos;
    io->in = input->raw + input->raw_pos;
    io->in_len = had;
    const char *cause = NULL;
    const enum status status = unpacker_run(input->unpacker, io, &cause);
    input->raw_pos = input->raw_len - io->in_len;
    if (status != ST_OK) {
        (void)error_set(&input->fault, status,
                        "%s: the compressed data is damaged near octet %" PRIu64 ": %s",
                        input->name, input->raw_total - io->in_len, cause);
        return false;
    }
    if (had != 0 || io->out_len != 0)
        return true;
    if (unpacker_is_inside(input->unpacker) && !is_stopped(input))
        (void)error_set(&input->fault, ST_TRUNCATED,
                        "%s: the compressed data ends too early, after octet %" PRIu64, input->name,
                        input->raw_total);
    return false;
}

/* At least one octet of content into `to`; 0 at the end and at a fault. */
static size_t produce(struct input *input, uint8_t *to, size_t size)
{
    if (input->fault.status != ST_OK || size == 0)
        return 0;
    if (input->unpacker == NULL)
        return read_file(input, to, size);
    struct unpack_io io = {.out = to, .out_size = size};
    do {
        if (input->raw_pos == input->raw_len) {
            input->raw_pos = 0;
            input->raw_len = read_file(input, input->raw, CHUNK_SIZE);
        }
    } while (input->fault.status == ST_OK && unpack_once(input, &io) && io.out_len == 0);
    return io.out_len;
}

/* More content behind data_len, where there is room. False at the end and at a fault. */
static bool fill(struct input *input)
{
    const size_t len =
        produce(input, input->data + input->data_len, input->data_cap - input->data_len);
    input->data_len += len;
    return len != 0;
}

/* pcap in both byte orders, with microseconds and nanoseconds and in the variants that libpcap
 * reads; pcapng. */
static bool is_capture(struct bytes start)
{
    static const uint8_t MAGICS[][4] = {
        {0xa1, 0xb2, 0xc3, 0xd4}, {0xd4, 0xc3, 0xb2, 0xa1}, {0xa1, 0xb2, 0x3c, 0x4d},
        {0x4d, 0x3c, 0xb2, 0xa1}, {0xa1, 0xb2, 0xcd, 0x34}, {0x34, 0xcd, 0xb2, 0xa1},
        {0xa1, 0xb2, 0x34, 0xcd}, {0xcd, 0x34, 0xb2, 0xa1}, {0xa1, 0x2b, 0x3c, 0x4d},
        {0x4d, 0x3c, 0x2b, 0xa1}, {0x0a, 0x0d, 0x0d, 0x0a},
    };
    for (size_t i = 0; i < ARRAY_LEN(MAGICS); i++) {
        if (bytes_starts_with(start, (struct bytes){MAGICS[i], sizeof MAGICS[i]}))
            return true;
    }
    return false;
}

/* The kind of content that starts so; INPUT_EMPTY while there is only white space. */
static enum input_kind recognise(struct bytes start)
{
    if (is_capture(start))
        return INPUT_CAPTURE;
    for (size_t i = 0; i < start.len; i++) {
        if (start.data[i] == '{')
            return INPUT_JSON;
        if (start.data[i] != ' ' && (start.data[i] < '\t' || start.data[i] > '\r'))
            return INPUT_UNKNOWN;
    }
    return INPUT_EMPTY;
}

struct bytes input_peek(const struct input *input)
{
    return (struct bytes){input->data + input->data_pos, input->data_len - input->data_pos};
}

static void fill_magic(struct input *input)
{
    while (input->data_len < MAGIC_LEN && fill(input))
        continue;
}

/* Reads the first octets, sets up unpacking if they ask for it, and recognises the content. */
static enum status look_at_start(struct input *input)
{
    input->data = malloc(CHUNK_SIZE);
    input->data_cap = CHUNK_SIZE;
    if (input->data == NULL)
        return ST_NO_MEMORY;
    fill_magic(input);
    const enum packing packing = unpack_recognise(input_peek(input));
    if (packing != PACKING_NONE) {
        if (unpacker_new(packing, &input->unpacker) != ST_OK)
            return ST_NO_MEMORY;
        input->raw = input->data;
        input->raw_len = input->data_len;
        input->data_len = 0;
        input->data = malloc(CHUNK_SIZE);
        if (input->data == NULL)
            return ST_NO_MEMORY;
    }
    fill_magic(input);
    if (bytes_starts_with(input_peek(input), BYTE_ORDER_MARK))
        input->data_pos += BYTE_ORDER_MARK.len;
    do {
        input->kind = recognise(input_peek(input));
    } while (input->kind == INPUT_EMPTY && fill(input));
    return ST_OK;
}

static enum status open_file(const char *path, struct input *input)
{
    input->is_stdin = strcmp(path, "-") == 0;
    input->name = strdup(input->is_stdin ? "standard input" : path);
    if (input->name == NULL)
        return ST_NO_MEMORY;
    input->fd = input->is_stdin ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
    struct stat about;
    if (input->fd < 0 || fstat(input->fd, &about) != 0) {
        const enum status status = errno == ENOENT ? ST_NOT_FOUND : ST_IO;
        return error_set_os(&input->fault, status, errno, "%s: cannot open", input->name);
    }
    if (S_ISDIR(about.st_mode))
        return error_set(&input->fault, ST_IO, "%s: this is a directory; name the files in it",
                         input->name);
    input->is_regular = S_ISREG(about.st_mode);
    if (input->is_regular)
        input->size = (uint64_t)about.st_size;
    return ST_OK;
}

enum status input_open(const char *path, struct input **input, struct error *err)
{
    return input_open_until(path, NULL, input, err);
}

enum status input_open_until(const char *path, const atomic_bool *stop, struct input **input,
                             struct error *err)
{
    struct input *const new = calloc(1, sizeof *new);
    if (new == NULL)
        return error_set(err, ST_NO_MEMORY, "%s: memory is exhausted", path);
    new->fd = -1;
    new->stop = stop;
    enum status status = open_file(path, new);
    if (status == ST_OK)
        status = look_at_start(new);
    /* A fault behind some content is for the reader who gets there. */
    if (status == ST_OK && new->data_len == 0)
        status = new->fault.status;
    if (status == ST_OK) {
        *input = new;
        return ST_OK;
    }
    if (new->fault.status == ST_OK)
        (void)error_set(&new->fault, status, "%s: %s", path, status_text(status));
    if (err != NULL)
        *err = new->fault;
    input_close(new);
    return status;
}

void input_close(struct input *input)
{
    if (input == NULL)
        return;
    if (input->fd >= 0)
        (void)close(input->fd);
    unpacker_free(input->unpacker);
    free(input->raw);
    free(input->data);
    free(input->name);
    free(input);
}

enum input_kind input_kind(const struct input *input)
{
    return input->kind;
}

const char *input_name(const struct input *input)
{
    return input->name;
}

bool input_can_reopen(const struct input *input)
{
    return input->is_regular && !input->is_stdin;
}

static enum status input_fault(const struct input *input, struct error *err)
{
    if (input->fault.status != ST_OK && err != NULL)
        *err = input->fault;
    return input->fault.status;
}

enum status input_read(struct input *input, void *to, size_t size, size_t *len, struct error *err)
{
    const struct bytes ready = input_peek(input);
    *len = ready.len < size ? ready.len : size;
    if (*len == 0) {
        *len = produce(input, to, size);
        return *len == 0 ? input_fault(input, err) : ST_OK;
    }
    memcpy(to, ready.data, *len);
    input->data_pos += *len;
    return ST_OK;
}

void input_progress(const struct input *input, uint64_t *consumed, uint64_t *total)
{
    *total = input->size;
    /* A stream of input_stream moves the offset of the file without our seeing it. */
    const off_t at = input->is_regular ? lseek(input->fd, 0, SEEK_CUR) : -1;
    const uint64_t waiting = input->unpacker != NULL ? input->raw_len - input->raw_pos
                                                     : input->data_len - input->data_pos;
    *consumed = (at >= 0 ? (uint64_t)at : input->raw_total) - waiting;
}

/* Makes room behind data_len: moves what is unread to the front, takes more memory if that does not
 * help. */
static bool make_room(struct input *input)
{
    const struct bytes rest = input_peek(input);
    if (input->data_pos != 0) {
        memmove(input->data, rest.data, rest.len);
        input->data_pos = 0;
        input->data_len = rest.len;
    }
    if (input->data_len < input->data_cap)
        return true;
    size_t cap = 0;
    if (!size_mul(input->data_cap, 2, &cap))
        return false;
    uint8_t *const data = realloc(input->data, cap);
    if (data == NULL)
        return false;
    input->data = data;
    input->data_cap = cap;
    return true;
}

/* The line [data_pos, data_pos + len), which a line end of `end_len` octets follows. */
static enum status take_line(struct input *input, size_t len, size_t end_len, struct bytes *line)
{
    *line = bytes_slice(input_peek(input), 0, len);
    input->data_pos += len + end_len;
    input->line++;
    const bool is_whole = !input->is_skipping;
    input->is_skipping = false;
    if (line->len > 0 && end_len != 0 && line->data[line->len - 1] == '\r')
        line->len--;
    return is_whole ? ST_OK : ST_LIMIT;
}

/* As input_line, without the errors' texts. */
static enum status find_line(struct input *input, size_t max, struct bytes *line)
{
    size_t scanned = 0;
    for (;;) {
        const struct bytes rest = input_peek(input);
        const uint8_t *const end =
            rest.len > scanned ? memchr(rest.data + scanned, '\n', rest.len - scanned) : NULL;
        const size_t len = end != NULL ? (size_t)(end - rest.data) : rest.len;
        input->is_skipping = input->is_skipping || len > max;
        if (end != NULL)
            return take_line(input, len, 1, line);
        scanned = rest.len;
        if (input->is_skipping) {
            input->data_pos = input->data_len;
            scanned = 0;
        }
        if (!make_room(input))
            return ST_NO_MEMORY;
        if (fill(input))
            continue;
        if (input->fault.status != ST_OK)
            return input->fault.status;
        return scanned == 0 && !input->is_skipping ? ST_END : take_line(input, scanned, 0, line);
    }
}

enum status input_line(struct input *input, size_t max, struct bytes *line, struct error *err)
{
    struct bytes found;
    const enum status status = find_line(input, max, &found);
    if (status == ST_OK)
        *line = found;
    if (status == ST_LIMIT)
        return error_set(err, status, "it is longer than %zu octets", max);
    if (status == ST_NO_MEMORY)
        return error_set(err, status, "%s: memory is exhausted in line %" PRIu64, input->name,
                         input->line + 1);
    return status == ST_OK || status == ST_END ? status : input_fault(input, err);
}

static ssize_t stream_read(void *cookie, char *to, size_t size)
{
    size_t len = 0;
    /* A fault reads as the end here; it stays in the input for input_read to report. */
    (void)!input_read(cookie, to, size, &len, NULL);
    return (ssize_t)len;
}

FILE *input_stream(struct input *input)
{
    if (!input->is_regular || input->unpacker != NULL)
        return fopencookie(input, "rb", (cookie_io_functions_t){.read = stream_read});
    const int fd = dup(input->fd);
    if (fd < 0)
        return NULL;
    const off_t back = (off_t)(input->data_len - input->data_pos);
    FILE *const stream = lseek(fd, -back, SEEK_CUR) < 0 ? NULL : fdopen(fd, "rb");
    if (stream == NULL) {
        (void)close(fd);
        return NULL;
    }
    input->data_pos = input->data_len;
    return stream;
}
