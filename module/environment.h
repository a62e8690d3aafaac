/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Looking through an environment, for what an exception does not bear. Plain C, as
 * policy.h. Any context.
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
 * An environment, fed in pieces of any size: variables, each with its NUL. "unclean"
 * once one of them is there that an exception does not bear. At the end len is 0, or
 * the last variable had no NUL and was not looked at.
 */
struct shelltrap_environment {
	char variable[160];	/* its beginning */
	__u32 len;		/* bytes of it so far, all of them */
	bool unclean;
};

void shelltrap_environment_feed(struct shelltrap_environment *environment, const char *bytes,
				size_t len);

#endif /* _SHELLTRAP_ENVIRONMENT_H */
