/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One-line messages on stderr, safe for a terminal whatever bytes they quote. */
#ifndef LIB_MESSAGE_H
#define LIB_MESSAGE_H

#include <stdarg.h>
#include <stdbool.h>

#include "lib/util.h"

/**
 * complain() - Print "shelltrap: ", the formatted text and a newline.
 *
 * Any thread: it is one write, so the lines of several threads do not mix. Text beyond
 * 1,023 bytes is cut off.
 */
void __printf(1, 2) complain(const char *format, ...);

/* Set by --quiet: note() prints nothing. */
extern bool message_quiet;

/** note() - Print a line like complain(), which is not about an error. */
void __printf(1, 2) note(const char *format, ...);

/** complain_around() - The same with other text before and after, which is not escaped. */
void __printf(3, 0) complain_around(const char *before, const char *after, const char *format,
				    va_list args);

#endif /* LIB_MESSAGE_H */
