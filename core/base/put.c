#include "core/base/put.h"

const char PUT_PAIRS[201] = "00010203040506070809"
                            "10111213141516171819"
                            "20212223242526272829"
                            "30313233343536373839"
                            "40414243444546474849"
                            "50515253545556575859"
                            "60616263646566676869"
                            "70717273747576777879"
                            "80818283848586878889"
                            "90919293949596979899";

static inline uint8_t *put_four(uint8_t *to, unsigned number)
{
    return put_pair(put_pair(to, number / 100), number % 100);
}

static inline uint8_t *put_below_10000(uint8_t *to, unsigned number)
{
    if (number < 100)
        return put_below_100(to, number);
    return put_pair(put_below_100(to, number / 100), number % 100);
}

uint8_t *put_large(uint8_t *to, uint64_t number)
{
    if (number < 10000)
        return put_below_10000(to, (unsigned)number);
    if (number < 100000000)
        return put_four(put_below_10000(to, (unsigned)number / 10000), (unsigned)number % 10000);
    uint8_t digits[PUT_NUMBER_MAX];
    size_t at = sizeof digits;
    for (; number >= 10000; number /= 10000) {
        at -= 4;
        (void)put_four(digits + at, (unsigned)(number % 10000));
    }
    to = put_below_10000(to, (unsigned)number);
    memcpy(to, digits + at, sizeof digits - at);
    return to + (sizeof digits - at);
}
