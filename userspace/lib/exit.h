/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Exit codes of the program. */
#ifndef LIB_EXIT_H
#define LIB_EXIT_H

#include "lib/util.h"

enum exit_code {
	DONE = 0,
	FAILED = 1,		/* at run time */
	WRONG_USAGE = 2,
	NOT_LOADED = 3,		/* the module */
	NOT_PERMITTED = 4,
};

/** out_of_memory() - Print one line on stderr and end the program with FAILED. Any thread. */
void __noreturn out_of_memory(void);

#endif /* LIB_EXIT_H */
