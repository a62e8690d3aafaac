/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Evidence that a process serves: the sockets on which it listens.
 *
 * Only TCP sockets and UNIX stream sockets count, and only in the state LISTEN: so a call of
 * listen() that failed is no evidence, and port 0 has become the port that the kernel chose.
 * Nobody can tell who created a socket, only who holds it. So the descriptors of a process are
 * looked through only where a socket may have been inherited, and by the survey.
 */
#ifndef _SHELLTRAP_EVIDENCE_H
#define _SHELLTRAP_EVIDENCE_H

#include <linux/types.h>

#include "policy.h"

struct sock;
struct task_struct;

/* If a process listens on more TCP ports, those that some set has are kept. */
#define SHELLTRAP_EVIDENCE_PORTS	16

/*
 * Grows only. One writer at a time; a reader may come at any time, and sees a port or does not
 * see it yet.
 */
struct shelltrap_evidence {
	u16 ports[SHELLTRAP_EVIDENCE_PORTS]; /* TCP, in host byte order; 0: unused */
	bool serves;		/* a TCP or UNIX stream socket listens */
};

/**
 * shelltrap_evidence_add() - Add a socket, if it listens.
 * @evidence: what is known so far
 * @sk: the socket
 *
 * Any context. Return: true if @sk is a TCP or UNIX stream socket that listens.
 */
bool shelltrap_evidence_add(struct shelltrap_evidence *evidence, const struct sock *sk);

/**
 * shelltrap_evidence_merge() - Add what is in other evidence.
 * @evidence: what is known so far
 * @other: what is added
 *
 * Any context.
 */
void shelltrap_evidence_merge(struct shelltrap_evidence *evidence,
			      const struct shelltrap_evidence *other);

/**
 * shelltrap_evidence_of_current() - Look through the descriptors of current.
 * @evidence: all zeros; receives the result
 *
 * Any context. At most SHELLTRAP_SOCKETS_OPEN_MAX descriptors are examined.
 */
void shelltrap_evidence_of_current(struct shelltrap_evidence *evidence);

/**
 * shelltrap_evidence_of() - Look through the descriptors of a process.
 * @evidence: all zeros; receives the result
 * @leader: its leader; the caller holds a reference or the RCU read lock
 *
 * Takes task_lock(), so it must not be called in the hooks. At most
 * SHELLTRAP_SOCKETS_OPEN_MAX descriptors are examined.
 */
void shelltrap_evidence_of(struct shelltrap_evidence *evidence, struct task_struct *leader);

/**
 * shelltrap_evidence_sets() - The sets that have one of the ports.
 * @policy: the policy
 * @evidence: what is known
 *
 * Any context. Return: a bitmap of sets.
 */
u64 shelltrap_evidence_sets(const struct shelltrap_policy *policy,
			    const struct shelltrap_evidence *evidence);

/**
 * shelltrap_evidence_port() - A port that one of these sets has.
 * @policy: the policy
 * @evidence: what is known
 * @sets: a bitmap of sets
 *
 * Any context. Return: the port that was found first, or 0.
 */
u16 shelltrap_evidence_port(const struct shelltrap_policy *policy,
			    const struct shelltrap_evidence *evidence, u64 sets);

#endif /* _SHELLTRAP_EVIDENCE_H */
