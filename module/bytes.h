/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bytes: finds the end of a text, word by word. An environment has a thousand bytes, and the
 * kernel's strlen() and strchr() go byte by byte on x86. Plain C, like policy.h.
 */
#ifndef _SHELLTRAP_BYTES_H
#define _SHELLTRAP_BYTES_H

#ifdef __KERNEL__
#include <linux/string.h>
#include <linux/types.h>
#else
#include <stddef.h>
#include <string.h>
#include <linux/types.h>
#endif

#include "bits.h"

/**
 * shelltrap_before_nul() - Count the bytes before the first NUL.
 * @bytes: the bytes; those behind the NUL are read, too
 * @len: their number
 *
 * Any context. Return: the number; @len if there is no NUL.
 */
static inline size_t shelltrap_before_nul(const char *bytes, size_t len)
{
	size_t i;
	__u64 word;

	for (i = 0; i + sizeof(word) <= len; i += sizeof(word)) {
		memcpy(&word, bytes + i, sizeof(word));
		/* Is one of the bytes 0? */
		word = (word - 0x0101010101010101ULL) & ~word & 0x8080808080808080ULL;
		if (!word)
			continue;
		if (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)
			return i + bit_first(word) / 8;
		break;
	}
	while (i < len && bytes[i])
		i++;
	return i;
}

#endif /* _SHELLTRAP_BYTES_H */
