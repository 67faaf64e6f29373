#ifndef CBLOWFISH_H
#define CBLOWFISH_H

#include <stddef.h>
#include <stdint.h>

// The bare bcrypt function: N. Provos and D. Mazieres, "A Future-Adaptable Password Scheme", 1999.
//
// It is C only because Blowfish in an unoptimised Swift build takes over a second a hash, which
// would make every sign-in of a debug run crawl. Text format, salts, limits and threads are Swift.
//
// `key` is the password with its terminating zero byte, 1...72 bytes; `cost` is the binary
// logarithm of the rounds, 4...31; `digest` receives 24 bytes, of which the text format keeps 23.
// Where `least_cost`, 0...31, is above `cost`, rounds that change nothing follow until the work is that
// of a hash of `least_cost`: an old, cheap hash then takes as long as a new one.
// Returns 0, or -1 without touching `digest` when an argument is out of range.
int cblowfish_bcrypt(
    const uint8_t *key, size_t key_length, const uint8_t salt[16], unsigned cost, unsigned least_cost, uint8_t digest[24]);

#endif
