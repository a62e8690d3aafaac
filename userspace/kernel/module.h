/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The module as the system sees it: installed, loaded, its parameters. */
#ifndef KERNEL_MODULE_H
#define KERNEL_MODULE_H

#include <stdbool.h>

#define MODULE_NAME "shelltrap"
#define MODULE_PARAMETERS "/sys/module/" MODULE_NAME "/parameters"

struct module {
	bool loaded;
	char *installed;	/* path of the .ko for the running kernel, or NULL */
};

/* Never fails: what cannot be found out counts as no. */
struct module module_find(void);
bool module_is_loaded(void);
void module_free(struct module *module);

/*
 * Reads a small file of one line into text, without the newline; "" where that
 * fails. size includes the NUL.
 */
void read_line(const char *path, char *text, int size);

/* How to get it loaded: for a sentence that begins "the module is not loaded". */
const char *module_hint(const struct module *module);

/*
 * The family is not visible: says in one line whether the module is not loaded
 * or out of reach; returns the exit code.
 */
int module_not_reached(void);

#endif /* KERNEL_MODULE_H */
