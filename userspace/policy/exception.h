/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes the narrowest exception for an alert, as a policy file. */
#ifndef POLICY_EXCEPTION_H
#define POLICY_EXCEPTION_H

#include <stdbool.h>

#include "kernel/record.h"
#include "lib/buffer.h"
#include "module/policy.h"

/**
 * exception_put() - Add the sections of an exception, with comments on what it lets through.
 * @out: gets the text; nothing if there can be no exception
 * @alert: may hold any bytes
 * @name: of the exception and, with an ending, of its sets
 * @policy: that made the alert, or one like it
 *
 * Returns NULL, or a constant string that says why there can be no exception.
 */
const char *exception_put(struct buffer *out, const struct alert *alert, const char *name,
			  const struct shelltrap_policy *policy);

/* An exception for several alerts, of which each has the same exception_put_key(). */
struct exception_form {
	const char *name;
	const char *program_set, *server_set;	/* names of sets that other exceptions may share */
	const char *argv;			/* instead of the alert's */
	size_t argv_len;
	bool holes;				/* argv may have holes */
	bool in_cwd;				/* all of them had the alert's working directory */
};

/**
 * exception_put_form() - Add an exception with this command line.
 *
 * A set that @out has already is not added again. Returns NULL, or why there can be none.
 */
const char *exception_put_form(struct buffer *out, const struct alert *alert,
			       const struct exception_form *form,
			       const struct shelltrap_policy *policy);

/**
 * exception_put_key() - Add what the exceptions for two alerts must have in common to be one.
 *
 * That is all but the command line, and a working directory on which nothing depends. The
 * key may have any bytes. Returns NULL, or why there can be no exception.
 */
const char *exception_put_key(struct buffer *key, const struct alert *alert,
			      const struct shelltrap_policy *policy);

/** exception_program() - The path that an exception names as its program; NULL: not known. */
const char *exception_program(const struct alert *alert);

/** exception_server() - The path of the server that an exception names; NULL: it names sets. */
const char *exception_server(const struct alert *alert, const struct shelltrap_policy *policy);

#endif /* POLICY_EXCEPTION_H */
