#include "shipper/service/status_server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/bytes.h"

/* Connections at once, and seconds after which a silent one is ended. */
#define CONNECTIONS_MAX    16
#define CONNECTION_TIMEOUT 5
#define CONNECTION_MEMORY  16384

/* Octets of an answer. */
#define ANSWER_MAX ((size_t)1024 * 1024)

struct status_server {
    struct MHD_Daemon *daemon;
    struct status_source source;
};

static const char METRICS_TYPE[] = "text/plain; version=0.0.4; charset=utf-8";
static const char TEXT_TYPE[] = "text/plain; charset=utf-8";

static enum MHD_Result answer(struct MHD_Connection *connection, unsigned status, const char *type,
                              const struct buf *text)
{
    /* libmicrohttpd copies the octets; its type for them is not const. */
    union {
        const uint8_t *data;
        void *octets;
    } const body = {.data = text->data};
    struct MHD_Response *const response =
        MHD_create_response_from_buffer(text->len, body.octets, MHD_RESPMEM_MUST_COPY);
    if (response == NULL)
        return MHD_NO;
    (void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
    (void)MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
        (void)MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
    const enum MHD_Result result = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return result;
}

/* Fills in the answer to a GET and returns its status. */
static unsigned answer_get(const struct status_source *source, const char *path, const char **type,
                           struct buf *text)
{
    if (strcmp(path, "/metrics") == 0) {
        *type = METRICS_TYPE;
        source->metrics(source->context, text);
        return MHD_HTTP_OK;
    }
    if (strcmp(path, "/healthz") == 0) {
        const bool is_healthy = source->is_healthy(source->context, text);
        if (is_healthy)
            buf_add_text(text, "ok\n");
        return is_healthy ? MHD_HTTP_OK : MHD_HTTP_SERVICE_UNAVAILABLE;
    }
    buf_add_text(text, "there are /metrics and /healthz\n");
    return MHD_HTTP_NOT_FOUND;
}

/* NOLINTNEXTLINE(readability-function-size): libmicrohttpd's parameters */
static enum MHD_Result take_request(void *context, struct MHD_Connection *connection,
                                    const char *path, const char *method, const char *version,
                                    const char *upload, size_t *upload_len, void **state)
{
    const struct status_server *const server = context;
    const bool is_get =
        strcmp(method, MHD_HTTP_METHOD_GET) == 0 || strcmp(method, MHD_HTTP_METHOD_HEAD) == 0;
    const char *type = TEXT_TYPE;
    struct buf text;
    (void)version;
    (void)upload;
    (void)state;
    *upload_len = 0;
    buf_init(&text, ANSWER_MAX);
    unsigned status = MHD_HTTP_METHOD_NOT_ALLOWED;
    if (is_get)
        status = answer_get(&server->source, path, &type, &text);
    if (!buf_ok(&text))
        status = MHD_HTTP_INTERNAL_SERVER_ERROR;
    const enum MHD_Result result = answer(connection, status, type, &text);
    buf_release(&text);
    return result;
}

enum status status_server_open(uint16_t port, const struct status_source *source,
                               struct status_server **server, struct error *err)
{
    struct status_server *const made = calloc(1, sizeof *made);
    if (made == NULL)
        return error_set(err, ST_NO_MEMORY, "no memory for the metrics");
    made->source = *source;
    const struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons(port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    errno = 0;
    made->daemon = MHD_start_daemon(MHD_USE_EPOLL, port, NULL, NULL, take_request, made,
                                    MHD_OPTION_SOCK_ADDR, &address, MHD_OPTION_CONNECTION_LIMIT,
                                    CONNECTIONS_MAX, MHD_OPTION_CONNECTION_TIMEOUT,
                                    CONNECTION_TIMEOUT, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
                                    (size_t)CONNECTION_MEMORY, MHD_OPTION_END);
    if (made->daemon == NULL) {
        free(made);
        return error_set_os(err, ST_IO, errno, "cannot listen on 127.0.0.1:%u (http.port)",
                            (unsigned)port);
    }
    *server = made;
    return ST_OK;
}

void status_server_close(struct status_server *server)
{
    if (server == NULL)
        return;
    MHD_stop_daemon(server->daemon);
    free(server);
}

int status_server_descriptor(const struct status_server *server)
{
    return MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
}

void status_server_run(struct status_server *server)
{
    (void)MHD_run(server->daemon);
}
