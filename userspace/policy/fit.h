/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which sets a program or a task that a user describes is in, and by which member. */
#ifndef POLICY_FIT_H
#define POLICY_FIT_H

#include "lib/buffer.h"
#include "module/policy.h"

/* How a name is compared with the members of sets. */
enum fit_kind {
	FIT_NAME,	/* the path of a program, as it is written */
	FIT_FILE,	/* the same, and the file that it leads to */
	FIT_IDENTITY,	/* only the file that a path leads to */
	FIT_TASK,	/* the name of a task, or the path of the program that it runs */
	FIT_CALLER,	/* the same; a path is also compared as FIT_FILE */
	FIT_RUNS,	/* the path of a runtime, with what it runs */
	FIT_PORT,	/* a port on which a server listens */
};

/* What is compared. */
struct fit {
	enum fit_kind kind;
	const char *role;	/* for the reader: "target", "caller", ... */
	const char *name;	/* NULL: not known, in no set */
	const char *runs;	/* for FIT_RUNS */
	__u16 port;		/* for FIT_PORT */
};

/** fit_identify() - Find the files of the policy's paths, as the module does. */
void fit_identify(struct shelltrap_policy *policy);

/** fit_sets() - A bitmap of the sets that have it, by the module's own functions. */
__u64 fit_sets(const struct shelltrap_policy *policy, const struct fit *fit);

/** fit_member() - The first member of one of these sets that it matches; -1: none. */
int fit_member(const struct shelltrap_policy *policy, __u64 sets, const struct fit *fit);

/** fit_nearest() - The name in one of these sets that looks most like it; -1: none does. */
int fit_nearest(const struct shelltrap_policy *policy, __u64 sets, const struct fit *fit);

/** fit_put_member() - Add "names = sh in [set shells]". */
void fit_put_member(struct buffer *out, const struct shelltrap_policy *policy, int member);

#endif /* POLICY_FIT_H */
