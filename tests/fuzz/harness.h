/* What libFuzzer calls; each harness defines it. */
#ifndef DNSIGHT_FUZZ_HARNESS_H
#define DNSIGHT_FUZZ_HARNESS_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
