/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Capture: copies the facts about an exec into its hit, in the hook and after the exec has
 * succeeded.
 *
 * All functions run in the task that calls exec, which uses the hit, see shelltrap_hit_begin().
 * They run with preemption off, or in an even stricter context, see check.h. They do not sleep.
 */
#ifndef _SHELLTRAP_CAPTURE_H
#define _SHELLTRAP_CAPTURE_H

struct linux_binprm;
struct shelltrap_actor;
struct shelltrap_hit;

/**
 * shelltrap_capture_file() - Capture the file that was given to exec.
 * @hit: the hit of the exec
 * @bprm: the exec
 *
 * Only in the first interpreter round: in later rounds @bprm has another file.
 */
void shelltrap_capture_file(struct shelltrap_hit *hit, const struct linux_binprm *bprm);

/**
 * shelltrap_capture_server() - Which process is the caller's server?
 * @actor: result of shelltrap_actor_identify(); the caller holds the RCU read lock
 * @pid: receives the thread group; unchanged if there is no server
 * @comm: receives the name, of TASK_COMM_LEN bytes; likewise
 *
 * Any context.
 */
void shelltrap_capture_server(const struct shelltrap_actor *actor, pid_t *pid, char *comm);

/**
 * shelltrap_capture_caller() - Capture the caller, its ids and its descriptors.
 * @hit: the hit of the exec
 * @bprm: the exec
 * @actor: result of shelltrap_actor_identify(); the caller holds the RCU read lock
 *
 * In the first round that matches a rule, and in a round of a program whose arguments decide
 * whether a rule matches.
 */
void shelltrap_capture_caller(struct shelltrap_hit *hit, const struct linux_binprm *bprm,
			      const struct shelltrap_actor *actor);

/**
 * shelltrap_capture_round() - Capture the interpreter and the number of arguments.
 * @hit: the hit of the exec
 * @bprm: the exec
 *
 * In each round that matches a rule: an interpreter adds arguments of its own.
 */
void shelltrap_capture_round(struct shelltrap_hit *hit, const struct linux_binprm *bprm);

/**
 * shelltrap_capture_argv() - Capture the arguments.
 * @hit: the hit of the exec
 *
 * Only after the exec has succeeded: before that, current still has its old memory.
 */
void shelltrap_capture_argv(struct shelltrap_hit *hit);

/**
 * shelltrap_capture_done() - Capture the name, the ids and the directory of the new program.
 * @hit: the hit of the exec
 * @bprm: the exec
 *
 * Only after the exec has succeeded.
 */
void shelltrap_capture_done(struct shelltrap_hit *hit, const struct linux_binprm *bprm);

#endif /* _SHELLTRAP_CAPTURE_H */
