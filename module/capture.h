/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Capture: copies what is known of an exec into its hit, at the two moments
 * when it can be seen. Everything here runs in the calling task with preemption
 * off or worse, see check.h.
 */
#ifndef _SHELLTRAP_CAPTURE_H
#define _SHELLTRAP_CAPTURE_H

struct linux_binprm;
struct shelltrap_actor;
struct shelltrap_hit;

/* The file that exec was given; in the first interpreter round, while it is at hand. */
void shelltrap_capture_file(struct shelltrap_hit *hit, const struct linux_binprm *bprm);

/* The round in which the exec first hits a rule: caller, descriptors, ids. */
void shelltrap_capture_caller(struct shelltrap_hit *hit, const struct linux_binprm *bprm,
			      const struct shelltrap_actor *actor);

/* Each round that hits a rule: the interpreter so far, which brings arguments of its own. */
void shelltrap_capture_round(struct shelltrap_hit *hit, const struct linux_binprm *bprm);

/* The arguments, once the exec has succeeded. */
void shelltrap_capture_argv(struct shelltrap_hit *hit);

/* The exec has succeeded: the new program's name, ids and directory. */
void shelltrap_capture_done(struct shelltrap_hit *hit, const struct linux_binprm *bprm);

#endif /* _SHELLTRAP_CAPTURE_H */
