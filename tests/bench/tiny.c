// SPDX-License-Identifier: GPL-2.0
/* tiny: the smallest program there is: it exits. For -nostdlib -static. */
#include <asm/unistd.h>

void _start(void)
{
	asm volatile ("syscall" : : "a" (__NR_exit), "D" (0));
	__builtin_unreachable();
}
