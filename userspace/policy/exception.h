/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes the narrowest exception for an alert, as a policy file. */
#ifndef POLICY_EXCEPTION_H
#define POLICY_EXCEPTION_H

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

#endif /* POLICY_EXCEPTION_H */
