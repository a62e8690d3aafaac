// SPDX-License-Identifier: GPL-2.0
/* tiny: the smallest possible program: it exits. Compile with -nostdlib -static. */
#include <asm/unistd.h>

void _start(void)
{
	asm volatile ("syscall" : : "a" (__NR_exit), "D" (0));
	__builtin_unreachable();
}
