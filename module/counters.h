/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counters of the execs that hit a rule, since the module was loaded. Each file counts what
 * happens in that file; netlink.c reads the counters. Any context.
 */
#ifndef _SHELLTRAP_COUNTERS_H
#define _SHELLTRAP_COUNTERS_H

#include <linux/atomic.h>

struct shelltrap_counters {
	atomic64_t hits;	/* execs that hit a rule */
	atomic64_t alerts;	/* execs reported */
	atomic64_t lost;	/* execs reported as lost */
	atomic64_t repeats;	/* execs counted in records of repeats */
	atomic64_t silenced;	/* execs that matched an exception */
	atomic64_t dismissed;	/* execs that matched no rule when all was known */
};

extern struct shelltrap_counters shelltrap_counters;

#endif /* _SHELLTRAP_COUNTERS_H */
