/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An instruction that does nothing, nopl MARK(%rax), by which the profiler (see profiler.c)
 * recognizes where a task is.
 */
#ifndef MARKS_H
#define MARKS_H

enum {
	MARK_FIRST = 0x53686c00,	/* only this task is measured from here on */
	MARK_CHILD,			/* this task is measured, too */
	MARK_START,			/* instructions count from here on */
	MARK_STOP,			/* instructions no longer count */
};

#define mark(which) ({ asm volatile ("nopl %c0(%%rax)" : : "i" (which) : "memory"); })

#endif
