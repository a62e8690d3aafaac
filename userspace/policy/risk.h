/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an exception lets through besides what its writer has in mind. */
#ifndef POLICY_RISK_H
#define POLICY_RISK_H

#include <stdbool.h>

#include "module/policy.h"

/* @what is a sentence without a full stop; valid during the call. */
typedef void risk_put(void *context, const char *what);

/**
 * risk_find() - Call put() for each risk of a command line.
 * @shell: the program is a shell, whatever the first argument says
 * @argv: arguments, each with its NUL, perhaps with holes; not NULL
 */
void risk_find(const char *argv, size_t len, bool shell, risk_put *put, void *context);

/** risk_is_shell() - Is this the name or the path of a shell? */
bool risk_is_shell(const char *path);

#endif /* POLICY_RISK_H */
