/* Every status a function of this project can return.
 *
 * STATUS(name, text): `text` completes the sentence "it failed because ...". */
#ifndef DNSIGHT_BASE_STATUS_LIST_H
#define DNSIGHT_BASE_STATUS_LIST_H

#define STATUS_LIST(STATUS)                                              \
    STATUS(ST_OK, "no error")                                            \
    STATUS(ST_END, "there is nothing more to read")                      \
    STATUS(ST_TRUNCATED, "the input ends too early")                     \
    STATUS(ST_MALFORMED, "the input is not well formed")                 \
    STATUS(ST_LIMIT, "a configured limit is reached")                    \
    STATUS(ST_NO_MEMORY, "memory is exhausted")                          \
    STATUS(ST_IO, "the operating system refused")                        \
    STATUS(ST_NOT_FOUND, "it does not exist")                            \
    STATUS(ST_INVALID, "a value given by the user is wrong")             \
    STATUS(ST_UNSUPPORTED, "this kind of input is not supported")        \
    STATUS(ST_REFUSED, "the server refused")                             \
    STATUS(ST_UNAUTHORISED, "the server did not accept the credentials") \
    STATUS(ST_UNREACHABLE, "the server cannot be reached")               \
    STATUS(ST_KEPT, "documents are still in the spool")

#endif
