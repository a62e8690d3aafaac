/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Losses: execs that may have matched a rule and found no room. An attacker who can cause
 * losses can hide in one, so a loss says whose execs it counts.
 *
 * The causes are in a small table, which is filled in any context and without a lock. What
 * finds the table full is counted without its cause.
 */
#ifndef _SHELLTRAP_LOSS_H
#define _SHELLTRAP_LOSS_H

#include <linux/sched.h>
#include <linux/shelltrap.h>

/* Execs that have the same user, server and leading rule. */
struct shelltrap_loss_cause {
	uid_t user;		/* the user who is charged, see account.h */
	pid_t server_pid;	/* 0: no server */
	char server_comm[TASK_COMM_LEN];
	char rule[SHELLTRAP_LABEL_MAX + 1]; /* "": it was not yet known which rule would match */
	u64 execs;
};

struct shelltrap_losses {
	u64 execs;		/* all, those without a cause included */
	u32 nr_causes;
	struct shelltrap_loss_cause causes[SHELLTRAP_LOSS_CAUSES_MAX];
};

/**
 * shelltrap_loss_add() - Count an exec as lost.
 * @cause: whose it is; execs is ignored
 *
 * Any context.
 */
void shelltrap_loss_add(const struct shelltrap_loss_cause *cause);

/**
 * shelltrap_loss_take() - Take what was counted since the last call.
 * @losses: receives it
 *
 * One caller at a time, any context.
 *
 * Return: whether there is any.
 */
bool shelltrap_loss_take(struct shelltrap_losses *losses);

#endif /* _SHELLTRAP_LOSS_H */
