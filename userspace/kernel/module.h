/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether the kernel module is installed and loaded, and its parameters. */
#ifndef KERNEL_MODULE_H
#define KERNEL_MODULE_H

#include <stdbool.h>

#define MODULE_NAME "shelltrap"
#define MODULE_PARAMETERS "/sys/module/" MODULE_NAME "/parameters"

enum module_stage {
	MODULE_ABSENT,		/* or being unloaded */
	MODULE_STARTING,	/* it is being loaded and may not answer yet */
	MODULE_LIVE,
};

struct module {
	bool loaded;
	char *installed;	/* path of the .ko for the running kernel, or NULL */
};

/** module_find() - Never fails: what cannot be found out counts as not there. Runs modinfo. */
struct module module_find(void);
enum module_stage module_stage(void);
void module_free(struct module *module);

/**
 * read_line() - Read the first line of a file, without its newline.
 * @size: bytes of @text, with the NUL; the rest of a longer line is left out
 *
 * Sets @text to "" if the file cannot be read.
 */
void read_line(const char *path, char *text, int size);

/** module_hint() - How to load the module, to follow "the module is not loaded; ". */
const char *module_hint(const struct module *module);

/**
 * module_not_reached() - Print in one line why the family is not visible.
 *
 * The module is not loaded, or not yet, or not reachable from this network namespace.
 * Returns the exit code.
 */
int module_not_reached(void);

#endif /* KERNEL_MODULE_H */
