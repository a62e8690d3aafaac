/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Texts: the length of one, word by word. The kernel's strlen() goes byte by byte on x86, and
 * the hook looks for the end of a path at every exec.
 */
#ifndef _SHELLTRAP_TEXT_H
#define _SHELLTRAP_TEXT_H

#include <linux/compiler.h>
#include <linux/string.h>
#include <asm/byteorder.h>
#include <asm/word-at-a-time.h>

/**
 * shelltrap_text_len() - The number of bytes before the NUL.
 * @text: the text
 *
 * Any context. Reads whole words: an aligned word lies in one page with the text's own bytes.
 *
 * Return: bytes.
 */
static inline size_t shelltrap_text_len(const char *text)
{
#ifdef __LITTLE_ENDIAN
	const struct word_at_a_time constants = WORD_AT_A_TIME_CONSTANTS;
	unsigned long before = (unsigned long)text % sizeof(long), word, zeros;
	const char *at = text - before;

	word = read_word_at_a_time(at);
	/* The bytes before the text must not count as its end. */
	if (unlikely(before))
		word |= (1UL << before * 8) - 1;
	while (!has_zero(word, &zeros, &constants)) {
		at += sizeof(long);
		word = read_word_at_a_time(at);
	}
	zeros = prep_zero_mask(word, zeros, &constants);
	return at + find_zero(create_zero_mask(zeros)) - text;
#else
	return strlen(text);
#endif
}

#endif /* _SHELLTRAP_TEXT_H */
