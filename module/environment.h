/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The environment: which variables may make a program run something else than its file and
 * its arguments say? An exception does not match an exec with such a variable, unless the
 * exception names it. Plain C, like policy.h. Any context.
 */
#ifndef _SHELLTRAP_ENVIRONMENT_H
#define _SHELLTRAP_ENVIRONMENT_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>
#endif

/*
 * What is kept of an environment at most, in bytes and in variables. With more, an environment
 * counts as unknown. So the comparison with the 32 patterns that an exception can have reads
 * at most 32 times as many bytes.
 */
#define SHELLTRAP_ENVIRONMENT_KEPT	8192
#define SHELLTRAP_ENVIRONMENT_VARIABLES	128

enum shelltrap_harm {
	SHELLTRAP_HARM_NONE,	/* the variable does not change what a program runs */
	SHELLTRAP_HARM_BY_PATH,	/* it does if somebody but root can write to a path in it */
	SHELLTRAP_HARM_POSSIBLE,
};

/**
 * shelltrap_environment_init() - Order the names of harmless variables.
 *
 * In the kernel this comes before all others, and without it no variable is harmless. Elsewhere
 * nobody needs to call it.
 */
void shelltrap_environment_init(void);

/**
 * shelltrap_environment_harm() - May a variable change what a program runs?
 * @variable: "NAME=VALUE"
 * @whole: @variable has not been cut
 * @program: the name of the program's file
 *
 * Return: SHELLTRAP_HARM_POSSIBLE for all variables that are not known to be harmless.
 */
enum shelltrap_harm shelltrap_environment_harm(const char *variable, bool whole,
					       const char *program);

/* Which variables a command line itself reads. All zero: none. */
struct shelltrap_reader {
	const char *argv;	/* each argument with its NUL, or NULL */
	__u32 argv_len;		/* bytes */
	bool directories;	/* a shell asks for the home, the last or the current directory */
	__u64 initials;		/* the first bytes of all words, by their lowest six bits */
};

/**
 * shelltrap_reader_begin() - Look through a command line.
 * @reader: receives the result, which refers to @argv
 * @argv: the arguments, each with its NUL, or NULL
 * @argv_len: bytes
 */
void shelltrap_reader_begin(struct shelltrap_reader *reader, const char *argv, size_t argv_len);

/**
 * shelltrap_reader_reads() - Does the command line read a variable?
 * @reader: from shelltrap_reader_begin()
 * @variable: "NAME=VALUE"
 *
 * Then its value decides what runs, whatever its name. It is read if the command line has the name
 * as a whole word that is not assigned to, as in "$NAME", "${NAME:-x}" and ENVIRON["NAME"]; if the
 * name is in lower case, only behind '$', '{' or a quote. A shell reads HOME, OLDPWD and PWD also
 * by "~", by "cd" alone and by "cd -".
 */
bool shelltrap_reader_reads(const struct shelltrap_reader *reader, const char *variable);

/* A scan for the variables that are not harmless, or that the command line reads. */
struct shelltrap_environment {
	char *kept;		/* the variables found, each with its NUL; from the caller */
	__u32 size;		/* bytes that fit there */
	const char *program;	/* the name of the program's file */
	struct shelltrap_reader reader;	/* the command line; from the caller */
	__u32 len;		/* bytes kept; begins as 0 */
	__u32 nr;		/* variables kept; begins as 0 */
	__u32 variable_len;	/* bytes of the current variable so far; begins as 0 */
	bool full;		/* a variable was found for which there is no room */
};

/**
 * shelltrap_environment_feed() - Scan the next piece of an environment.
 * @environment: the state
 * @bytes: variables, each with its NUL; a piece may end anywhere
 * @len: bytes, any number
 *
 * If "variable_len" is not 0 after the last piece, the last variable had no NUL and was not
 * examined.
 */
void shelltrap_environment_feed(struct shelltrap_environment *environment, const char *bytes,
				size_t len);

/**
 * shelltrap_environment_path() - Find the next path in a value.
 * @at: the value of a variable with SHELLTRAP_HARM_BY_PATH, or the rest of it; receives what
 *	follows
 * @len: receives the length of the path
 *
 * Return: the path, without a NUL at its end; NULL if there is none any more.
 */
const char *shelltrap_environment_path(const char **at, size_t *len);

/**
 * shelltrap_environment_shown() - How much of a variable may a record show?
 * @variable: "NAME=VALUE"
 *
 * A value may be a secret, so it is only shown if it looks like a path.
 *
 * Return: bytes, the whole variable or its name.
 */
size_t shelltrap_environment_shown(const char *variable);

/**
 * shelltrap_environment_stranger() - Find a variable that an exception does not name.
 * @named: the patterns of the exception, each with its NUL, or NULL: "NAME", "NAME=VALUE" or
 *	the beginning of a name, "NAME_*"
 * @named_len: bytes
 * @kept: the variables of an exec that are not harmless, each with its NUL, or NULL
 * @kept_len: bytes
 *
 * Return: the first such variable, or NULL.
 */
const char *shelltrap_environment_stranger(const char *named, size_t named_len, const char *kept,
					   size_t kept_len);

/**
 * shelltrap_environment_fault() - Say what is wrong with the patterns of an exception.
 * @named: the patterns
 * @named_len: bytes
 *
 * Return: NULL, or what is wrong.
 */
const char *shelltrap_environment_fault(const char *named, size_t named_len);

#endif /* _SHELLTRAP_ENVIRONMENT_H */
