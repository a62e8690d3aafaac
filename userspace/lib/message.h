/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One-line messages on stderr, safe for a terminal whatever they quote. */
#ifndef LIB_MESSAGE_H
#define LIB_MESSAGE_H

#include <stdarg.h>

#include "lib/util.h"

/*
 * Prints "shelltrap: ", the formatted text and a newline, in one write, so that
 * lines of several threads do not mix. Text beyond 1,023 bytes is cut.
 */
void __printf(1, 2) complain(const char *format, ...);

/* The same with other text around the formatted one; a newline is added. */
void __printf(3, 0) complain_around(const char *before, const char *after, const char *format,
				    va_list args);

#endif /* LIB_MESSAGE_H */
