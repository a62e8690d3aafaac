/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The built-in policy: what insmod alone detects.
 */
#ifndef _SHELLTRAP_DEFAULTS_H
#define _SHELLTRAP_DEFAULTS_H

#include "policy.h"

/* Bits of the built-in sets. */
#define SHELLTRAP_SET_SHELLS		((__u64)1 << 0)
#define SHELLTRAP_SET_WEB_SERVERS	((__u64)1 << 1)

/* What shelltrap_policy_size() and _init() need for the built-in policy. */
#define SHELLTRAP_DEFAULTS_NAMES	128
#define SHELLTRAP_DEFAULTS_TEXT		2048

/* Fills an empty @policy. Returns 0 or what adding a name or rule returned. */
int shelltrap_defaults_add(struct shelltrap_policy *policy);

#endif /* _SHELLTRAP_DEFAULTS_H */
