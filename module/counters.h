/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What has become of the execs that hit a rule: counted where it happens, read by the
 * channel. From load to unload.
 */
#ifndef _SHELLTRAP_COUNTERS_H
#define _SHELLTRAP_COUNTERS_H

#include <linux/atomic.h>

struct shelltrap_counters {
	atomic64_t hits;	/* execs that hit a rule */
	atomic64_t alerts;	/* execs reported */
	atomic64_t lost;	/* execs reported as lost */
	atomic64_t silenced;	/* execs that an exception fitted */
	atomic64_t dismissed;	/* execs that no rule fitted, once all was known */
};

extern struct shelltrap_counters shelltrap_counters;

#endif /* _SHELLTRAP_COUNTERS_H */
