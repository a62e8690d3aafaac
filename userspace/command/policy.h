/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the actions of "shelltrap policy" share. */
#ifndef COMMAND_POLICY_H
#define COMMAND_POLICY_H

#include "command/options.h"
#include "lib/buffer.h"
#include "module/policy.h"
#include "policy/file.h"

/* Returns 0 or, with a message printed, WRONG_USAGE. The path is kept, not copied. */
int policy_files_add(struct policy_files *files, const struct usage *usage, char *path);

/*
 * Returns the policy, to be freed by policy_free(); NULL with every fault printed. Prints
 * warnings, too. The caller frees the report.
 */
struct shelltrap_policy *policy_files_read(const struct policy_files *files,
					   struct policy_report *report);

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

/* The action "except". */
extern const struct usage policy_except_usage;
int policy_except_main(int argc, char **argv);

/* The action "learn". */
extern const struct usage policy_learn_usage;
int policy_learn_main(int argc, char **argv);

#endif /* COMMAND_POLICY_H */
