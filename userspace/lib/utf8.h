/* SPDX-License-Identifier: GPL-2.0-or-later */
/* UTF-8, strictly, and a reversible way to write what is none. */
#ifndef LIB_UTF8_H
#define LIB_UTF8_H

#include <stddef.h>
#include <stdint.h>

#include "lib/buffer.h"

/*
 * Decodes the first character of s. Returns its length in bytes (1 to 4), or 0
 * where s does not begin with well-formed UTF-8: no overlong forms, no
 * surrogates, nothing above U+10FFFF. len is at least 1.
 */
size_t utf8_decode(const char *s, size_t len, uint32_t *code_point);

/*
 * Adds s as valid UTF-8 from which s can be told: a byte that is not UTF-8
 * becomes \xHH (lower case), and a backslash that begins such four characters
 * in s itself becomes \x5c. All else stays as it is.
 */
void utf8_escape(struct buffer *out, const char *s, size_t len);

#endif /* LIB_UTF8_H */
