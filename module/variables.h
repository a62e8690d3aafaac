/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Variables of the environment that put other code into a program.
 *
 * Libraries read some of them, whatever the program is (LD_PRELOAD); others matter only to one
 * interpreter (PYTHONPATH). At sched_process_exec the environment of the new program is scanned
 * for them. The values are judged later, where paths can be resolved, see injection.h.
 */
#ifndef _SHELLTRAP_VARIABLES_H
#define _SHELLTRAP_VARIABLES_H

#include <linux/types.h>

/* More such variables in one environment are counted, but not described. */
#define SHELLTRAP_VARIABLES_MAX	12

/* How a value names files. */
enum shelltrap_value {
	SHELLTRAP_VALUE_OBJECTS,	/* files between colons or spaces; without '/': a name */
	SHELLTRAP_VALUE_DIRECTORIES,	/* between colons or semicolons; "": where it runs */
	SHELLTRAP_VALUE_OPTIONS,	/* options of a program; paths may be in them */
};

/* A variable that was found. */
struct shelltrap_variable {
	u32 start, len;		/* where it is in the environment, and its length without the NUL */
	u64 hash;		/* keyed, of name and value */
	u8 which;		/* a row of the table in variables.c */
};

/* What a scan has found, and its state. */
struct shelltrap_variables {
	u32 nr;			/* may be greater than SHELLTRAP_VARIABLES_MAX */
	u32 at;			/* bytes that were fed */
	u8 state;
	u8 name_len;
	u64 word;		/* bytes that are not in the hash yet */
	char name[24];
	struct shelltrap_variable found[SHELLTRAP_VARIABLES_MAX];	/* must be last */
};

/**
 * shelltrap_variables_feed() - Scan the next piece of an environment.
 * @variables: before the first piece, all before "found" is zero
 * @bytes: variables, each with its NUL; a piece may end anywhere
 * @len: bytes, any number
 *
 * Any context.
 */
void shelltrap_variables_feed(struct shelltrap_variables *variables, const char *bytes, size_t len);

/**
 * shelltrap_variables_end() - Was the last piece the end of an environment?
 * @variables: the state
 *
 * Any context. Return: false if the last variable has no NUL.
 */
bool shelltrap_variables_end(const struct shelltrap_variables *variables);

/**
 * shelltrap_variable_matters() - Does the program read the variable?
 * @variable: the variable
 * @program: the name of the program's file
 *
 * Any context. Return: true for the variables of libraries, whatever the program is.
 */
bool shelltrap_variable_matters(const struct shelltrap_variable *variable, const char *program);

/**
 * shelltrap_variable_value() - How to read a variable's value.
 * @text: the variable, "NAME=VALUE"
 * @value: receives the value
 *
 * Any context.
 *
 * Return: how the value names files.
 */
enum shelltrap_value shelltrap_variable_value(const char *text, const char **value);

/**
 * shelltrap_variable_path() - Find the next path in a value.
 * @at: the rest of the value; receives what follows
 * @kind: how the value names files
 * @len: receives the length of the path; 0: the working directory
 *
 * Any context.
 *
 * Return: the path, without a NUL at its end; NULL if there is none any more.
 */
const char *shelltrap_variable_path(const char **at, enum shelltrap_value kind, size_t *len);

/* Makes the key of the hashes. Called once, before the first scan. */
void shelltrap_variables_init(void);

#endif /* _SHELLTRAP_VARIABLES_H */
