/* Compiler attributes and builtins; nothing else in the tree spells them. */
#ifndef DNSIGHT_BASE_MACROS_H
#define DNSIGHT_BASE_MACROS_H

/* The result must be looked at. */
#define MUST_CHECK __attribute__((warn_unused_result))

/* Checks a printf-like call: index of the format, index of the first value (1-based). */
#define PRINTF_LIKE(format_at, values_at) __attribute__((format(printf, format_at, values_at)))

/* For branches that ordinary traffic takes or does not take. */
#define LIKELY(condition)   __builtin_expect(!!(condition), 1)
#define UNLIKELY(condition) __builtin_expect(!!(condition), 0)

/* True if a * b does not fit *product; *product is then unspecified. */
#define MUL_OVERFLOWS(a, b, product) __builtin_mul_overflow(a, b, product)

/* True if a + b does not fit *sum; *sum is then unspecified. */
#define ADD_OVERFLOWS(a, b, sum) __builtin_add_overflow(a, b, sum)

/* The function never returns. */
#define NO_RETURN __attribute__((noreturn))

/* The function is on the path of every packet and small: always inline it. */
#define ALWAYS_INLINE inline __attribute__((always_inline))

/* A type whose values are so many octets, on which operators work lane by lane. */
#define VECTOR(octets) __attribute__((vector_size(octets)))

/* Starts to bring memory into the processor's cache that will be needed soon. A function that does
 * nothing else must be ALWAYS_INLINE, or GCC takes its calls for useless. */
#define PREFETCH(address) __builtin_prefetch(address)

/* The function is the rare way: keep its registers and its stack out of the usual one. */
#define NEVER_INLINE __attribute__((noinline))

/* Number of the lowest bit that is set in a 64-bit word, which must not be zero. */
#define LOWEST_BIT(word) ((unsigned)__builtin_ctzll(word))

/* Elements of an array (never of a pointer). */
#define ARRAY_LEN(array) (sizeof(array) / sizeof((array)[0]))

#endif
