/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shows long output with a pager. */
#ifndef LIB_PAGER_H
#define LIB_PAGER_H

#include <stdbool.h>

/**
 * pager_start() - From now on, standard output goes through a pager.
 *
 * Only if standard input and output are a terminal. $PAGER is the pager, else less, else
 * none; an empty $PAGER and "cat" mean none. less runs with LESSSECURE=1, so that it starts
 * no shell and writes no file: this program often runs as root. Call it after everything that
 * asks whether standard output is a terminal.
 */
void pager_start(void);

/** pager_is_running() - Whether a pager has the terminal. */
bool pager_is_running(void);

/**
 * pager_finish() - Wait until the user has left the pager.
 * @code: the exit code that the command wants
 *
 * Returns that code, or DONE if the output ended only because the user left the pager.
 */
int pager_finish(int code);

#endif /* LIB_PAGER_H */
