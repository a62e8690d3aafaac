/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The built-in policy: what the module detects before user space loads another policy.
 * userspace/conf/policy.conf says the same in the syntax of the file.
 */
#ifndef _SHELLTRAP_DEFAULTS_H
#define _SHELLTRAP_DEFAULTS_H

#include "policy.h"

/* Numbers of the built-in sets. */
enum {
	SHELLTRAP_SHELLS,
	SHELLTRAP_WEB_SERVERS,
	SHELLTRAP_INTERPRETERS,
	SHELLTRAP_NETTOOLS,
	SHELLTRAP_SYSUTILS,
	SHELLTRAP_LOADERS,
	SHELLTRAP_SPAWNERS,
};

/* Arguments of shelltrap_policy_size() and shelltrap_policy_init() for the built-in policy. */
#define SHELLTRAP_DEFAULTS_MEMBERS	512
#define SHELLTRAP_DEFAULTS_TEXT		10240

/**
 * shelltrap_defaults_add() - Build the built-in policy.
 * @policy: empty; is filled and finished
 *
 * Return: NULL, or what is wrong.
 */
const char *shelltrap_defaults_add(struct shelltrap_policy *policy);

#endif /* _SHELLTRAP_DEFAULTS_H */
