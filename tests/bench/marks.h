/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An instruction that does nothing, nopl MARK(%rax), and tells the profiler (see profiler.c)
 * where it is.
 */
#ifndef MARKS_H
#define MARKS_H

enum {
	MARK_FIRST = 0x53686c00,	/* this task is measured, and no other */
	MARK_CHILD,			/* so is this one */
	MARK_START,			/* what is executed from here on counts */
	MARK_STOP,			/* no longer */
};

#define mark(which) ({ asm volatile ("nopl %c0(%%rax)" : : "i" (which) : "memory"); })

#endif
