/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The environment: does some variable make a program run other code, so that an exception
 * must not apply? Plain C, like policy.h. Any context.
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

/* State of a scan. All zeros: nothing fed yet. */
struct shelltrap_environment {
	char variable[160];	/* the first bytes of the current variable */
	__u32 len;		/* bytes of the current variable so far, all of them */
	bool unclean;		/* a variable was found that makes programs run other code */
};

/**
 * shelltrap_environment_feed() - Scan the next piece of an environment.
 * @environment: the state
 * @bytes: variables, each with its NUL; a piece may end anywhere
 * @len: bytes, any number
 *
 * After the last piece "unclean" is the result. If "len" is not 0 then, the last variable
 * had no NUL and was not examined.
 */
void shelltrap_environment_feed(struct shelltrap_environment *environment, const char *bytes,
				size_t len);

#endif /* _SHELLTRAP_ENVIRONMENT_H */
