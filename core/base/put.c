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

uint8_t *put_large(uint8_t *to, uint64_t number)
{
    uint8_t digits[PUT_NUMBER_MAX];
    size_t at = sizeof digits;
    while (number >= 100) {
        at -= 2;
        (void)put_pair(digits + at, (unsigned)(number % 100));
        number /= 100;
    }
    if (number >= 10) {
        at -= 2;
        (void)put_pair(digits + at, (unsigned)number);
    } else {
        digits[--at] = (uint8_t)('0' + number);
    }
    memcpy(to, digits + at, sizeof digits - at);
    return to + (sizeof digits - at);
}

uint8_t *put_digits(uint8_t *to, uint32_t number, unsigned digits)
{
    unsigned at = digits;
    while (at >= 2) {
        at -= 2;
        (void)put_pair(to + at, number % 100);
        number /= 100;
    }
    if (at == 1)
        to[0] = (uint8_t)('0' + number % 10);
    return to + digits;
}
