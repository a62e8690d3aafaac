/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The built-in policy: what insmod alone detects. userspace/conf/policy.conf says the
 * same in the file's syntax.
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
};

/* What shelltrap_policy_size() and _init() need for the built-in policy. */
#define SHELLTRAP_DEFAULTS_MEMBERS	384
#define SHELLTRAP_DEFAULTS_TEXT		8192

/* Fills an empty @policy and finishes it. Returns NULL or what is wrong with it. */
const char *shelltrap_defaults_add(struct shelltrap_policy *policy);

#endif /* _SHELLTRAP_DEFAULTS_H */
