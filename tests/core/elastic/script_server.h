/* A server that gives prepared answers, one a connection, and then is gone: what real servers
 * cannot be told to do. */
#ifndef DNSIGHT_CORE_ELASTIC_SCRIPT_SERVER_H
#define DNSIGHT_CORE_ELASTIC_SCRIPT_SERVER_H

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/buf.h"

/* An answer: everything behind "HTTP/1.1 ", headers and body; the length is put in. */
#define ANSWER(status, headers, body) (status "\r\n" headers "\r\n" body)
/* Instead of an answer: the connection is closed, or kept open in silence for 1.3 s. */
#define ANSWER_NONE   "none"
#define ANSWER_SILENT "silent"
/* Before other octets: they are sent as they are. */
#define ANSWER_RAW "raw"

struct script_server {
    pid_t pid;
    unsigned port;
    int log; /* the read end of what was asked */
    char url[64];
};

/* Reads one request as far as its Content-Length. */
static inline void script_read_request(int connection, struct buf *request)
{
    char part[65536];
    buf_reset(request);
    size_t want = SIZE_MAX;
    while (request->len < want) {
        const ssize_t n = read(connection, part, sizeof part);
        if (n <= 0)
            return;
        buf_add(request, (struct bytes){(const uint8_t *)part, (size_t)n});
        const char *const text = buf_text(request);
        const char *const end = strstr(text, "\r\n\r\n");
        const char *const length = strcasestr(text, "\r\nContent-Length:");
        if (end != NULL)
            want = (size_t)(end + 4 - text) +
                   (length == NULL ? 0 : strtoul(length + strlen("\r\nContent-Length:"), NULL, 10));
    }
}

static inline void script_send(int connection, const void *octets, size_t len)
{
    const uint8_t *at = octets;
    while (len > 0) {
        const ssize_t n = send(connection, at, len, MSG_NOSIGNAL);
        if (n <= 0)
            return;
        at += n;
        len -= (size_t)n;
    }
}

static inline void script_give_answer(int connection, const char *answer)
{
    if (strcmp(answer, ANSWER_NONE) == 0)
        return;
    if (strcmp(answer, ANSWER_SILENT) == 0) {
        (void)usleep(1300000);
        return;
    }
    if (strncmp(answer, ANSWER_RAW, strlen(ANSWER_RAW)) == 0) {
        answer += strlen(ANSWER_RAW);
        script_send(connection, answer, strlen(answer));
        return;
    }
    const char *const line_end = strstr(answer, "\r\n");
    const char *const body = strstr(answer, "\r\n\r\n") + 4;
    struct buf text;
    buf_init(&text, SIZE_MAX);
    buf_add_format(&text, "HTTP/1.1 %.*s\r\nConnection: close\r\nContent-Length: %zu%s",
                   (int)(line_end - answer), answer, strlen(body), line_end);
    script_send(connection, text.data, text.len);
    buf_release(&text);
}

/* Waits for a connection; false if the test wants no more of them. */
static inline bool script_wait(int listener, int log)
{
    struct pollfd ready[] = {{.fd = listener, .events = POLLIN}, {.fd = log, .events = POLLIN}};
    (void)poll(ready, 2, -1);
    return ready[0].revents != 0;
}

/* Returns how many answers nobody asked for. */
static inline size_t script_run(int listener, int log, const char *const *answers, size_t count)
{
    struct buf request;
    buf_init(&request, SIZE_MAX);
    size_t i = 0;
    for (; i < count && script_wait(listener, log); i++) {
        const int connection = accept(listener, NULL, NULL);
        if (connection < 0)
            break;
        script_read_request(connection, &request);
        script_send(log, request.data, request.len);
        script_send(log, "\n---\n", 5);
        script_give_answer(connection, answers[i]);
        (void)close(connection);
    }
    buf_release(&request);
    return count - i;
}

/* Begins to listen on 127.0.0.1, in a process of its own. */
static inline struct script_server script_server_start(const char *const *answers, size_t count)
{
    struct script_server server = {.pid = -1};
    const int listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof address;
    int log[2];
    cr_assert(listener >= 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, log) == 0);
    cr_assert(bind(listener, (const struct sockaddr *)&address, len) == 0);
    cr_assert(getsockname(listener, (struct sockaddr *)&address, &len) == 0);
    cr_assert(listen(listener, 8) == 0);
    server.port = ntohs(address.sin_port);
    (void)snprintf(server.url, sizeof server.url, "http://127.0.0.1:%u", server.port);
    server.pid = fork();
    if (server.pid == 0) {
        (void)close(log[0]);
        _exit(script_run(listener, log[1], answers, count) == 0 ? 0 : 1);
    }
    (void)close(listener);
    (void)close(log[1]);
    server.log = log[0];
    return server;
}

/* Ends the server, expects that every answer was given, and returns what was asked, "\n---\n"
 * behind each request. The caller releases it. */
static inline struct buf script_server_finish(struct script_server *server)
{
    struct buf asked;
    buf_init(&asked, SIZE_MAX);
    uint8_t part[65536];
    (void)shutdown(server->log, SHUT_WR);
    for (ssize_t n = read(server->log, part, sizeof part); n > 0;
         n = read(server->log, part, sizeof part))
        buf_add(&asked, (struct bytes){part, (size_t)n});
    (void)close(server->log);
    int status = 0;
    cr_expect(waitpid(server->pid, &status, 0) == server->pid && status == 0,
              "answers were left that nobody asked for");
    (void)buf_text(&asked);
    return asked;
}

#endif
