/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernels that are installed, and which of them have the module. */
#ifndef KERNEL_KERNELS_H
#define KERNEL_KERNELS_H

#include <stdbool.h>
#include <stddef.h>

/* More kernels than this are left out. */
#define KERNELS_MAX 32

struct kernels {
	struct kernel {
		char release[65];	/* as uname -r */
		bool has_module;
		bool runs;
	} list[KERNELS_MAX];		/* sorted by release */
	size_t count;
	bool running_has_module;
	char running[65];
};

/**
 * kernels_find() - Look into the directories of the kernels' modules.
 *
 * A directory is a kernel's if a package of a kernel has put modules there. The directory of
 * the running kernel counts whatever it holds. Never fails: what cannot be read is left out.
 */
void kernels_find(struct kernels *kernels);

#endif /* KERNEL_KERNELS_H */
