// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/utf8.h"

#include <stdbool.h>

/* The length of a character by its first byte; 0 if no character begins with this byte. */
static size_t utf8_sequence_length(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first >= 0xc2 && first <= 0xdf)
		return 2;
	if (first >= 0xe0 && first <= 0xef)
		return 3;
	if (first >= 0xf0 && first <= 0xf4)
		return 4;
	return 0;
}

/* In range, no surrogate, and not an overlong form. */
static bool utf8_is_well_formed(uint32_t code_point, size_t length)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };

	if (code_point < least[length] || code_point > 0x10ffff)
		return false;
	return code_point < 0xd800 || code_point > 0xdfff;
}

size_t utf8_decode(const char *s, size_t len, uint32_t *code_point)
{
	const unsigned char *byte = (const unsigned char *)s;
	size_t length = utf8_sequence_length(byte[0]);
	uint32_t value;
	size_t i;

	if (!length || length > len)
		return 0;
	value = length == 1 ? byte[0] : byte[0] & (0x7f >> length);
	for (i = 1; i < length; i++) {
		if ((byte[i] & 0xc0) != 0x80)
			return 0;
		value = value << 6 | (byte[i] & 0x3f);
	}
	if (!utf8_is_well_formed(value, length))
		return 0;
	*code_point = value;
	return length;
}

static bool utf8_is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool utf8_looks_escaped(const char *s, size_t len)
{
	return len >= 4 && s[0] == '\\' && s[1] == 'x' && utf8_is_hex(s[2]) && utf8_is_hex(s[3]);
}

void utf8_escape(struct buffer *out, const char *s, size_t len)
{
	while (len) {
		uint32_t code_point;
		size_t length = utf8_decode(s, len, &code_point);

		if (!length || utf8_looks_escaped(s, len)) {
			buffer_printf(out, "\\x%02x", (unsigned char)*s);
			length = 1;
		} else {
			buffer_add(out, s, length);
		}
		s += length;
		len -= length;
	}
}
