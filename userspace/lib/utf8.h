/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Strict UTF-8, and a reversible way to write bytes that are not UTF-8. */
#ifndef LIB_UTF8_H
#define LIB_UTF8_H

#include <stddef.h>
#include <stdint.h>

#include "lib/buffer.h"

/**
 * utf8_decode() - Decode the first character.
 * @len: bytes of s, at least 1
 *
 * Returns the length of the character in bytes (1 to 4), or 0 where s does not begin
 * with well-formed UTF-8: overlong forms, surrogates and values above U+10FFFF are not.
 */
size_t utf8_decode(const char *s, size_t len, uint32_t *code_point);

/**
 * utf8_escape() - Add s as valid UTF-8, from which the bytes of s can be read back.
 *
 * A byte that is not UTF-8 becomes \xHH (lower case). A backslash in s that begins such
 * four characters, in either case, becomes \x5c. Everything else stays as it is.
 */
void utf8_escape(struct buffer *out, const char *s, size_t len);

#endif /* LIB_UTF8_H */
