/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bits of 64-bit words. Plain C, like policy.h. */
#ifndef _SHELLTRAP_BITS_H
#define _SHELLTRAP_BITS_H

#ifdef __KERNEL__
#include <linux/bitops.h>
#else
#include <linux/types.h>
#endif

#define BIT_OF(n) ((__u64)1 << (n))

/*
 * Returns the number of the lowest bit of a word that is not 0. For __builtin_ctzll() compilers
 * for 32 bits call __ctzdi2(), which in kernels before 6.5 looks at the lower half only.
 */
static inline unsigned int bit_first(__u64 bits)
{
#ifdef __KERNEL__
	return __ffs64(bits);
#else
	return __builtin_ctzll(bits);
#endif
}

#endif /* _SHELLTRAP_BITS_H */
