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

static uint8_t *put_eight(uint8_t *to, uint64_t number)
{
    const uint64_t text = htole64(put_eight_digits(number) | PUT_ZEROS);
    memcpy(to, &text, sizeof text);
    return to + sizeof text;
}

uint8_t *put_long(uint8_t *to, uint64_t number)
{
    const uint64_t upper = number / PUT_SHORT_END;
    if (upper < PUT_SHORT_END) {
        to = put_short(to, upper);
    } else {
        to = put_short(to, upper / PUT_SHORT_END);
        to = put_eight(to, upper % PUT_SHORT_END);
    }
    return put_eight(to, number % PUT_SHORT_END);
}
