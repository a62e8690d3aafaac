/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the actions of "shelltrap policy" share. */
#ifndef COMMAND_POLICY_H
#define COMMAND_POLICY_H

#include "command/options.h"
#include "lib/buffer.h"
#include "module/policy.h"

#define POLICY_FILES_MAX 64

/* The files that the command line names; none: the standard files. Starts as {0}. */
struct policy_files {
	char *paths[POLICY_FILES_MAX];
	unsigned int count;
};

/* Returns 0 or, with a message printed, WRONG_USAGE. The path is kept, not copied. */
int policy_files_add(struct policy_files *files, const struct usage *usage, char *path);

/* Returns the policy, to be freed by policy_free(); NULL with every fault printed. */
struct shelltrap_policy *policy_files_read(struct policy_files *files);

/*
 * Asks the module for the policy in force, to be freed by policy_free(). Returns 0 or,
 * with a message printed, the exit code.
 */
int policy_in_force(struct shelltrap_policy **policy);

/* Writes the text to standard output and frees it. Returns the exit code. */
int policy_print(struct buffer *text);

/* The action "explain". */
extern const struct usage policy_explain_usage;
int policy_explain_main(int argc, char **argv);

#endif /* COMMAND_POLICY_H */
