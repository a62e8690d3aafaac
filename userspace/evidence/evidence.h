/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Collects what is left of an attack into an archive: what the record says, what its process
 * and its ancestors are, and the policy. Everything that an attacker may have a hand in is
 * read in children with a deadline, and names nothing in the archive.
 */
#ifndef EVIDENCE_EVIDENCE_H
#define EVIDENCE_EVIDENCE_H

#include "evidence/archive.h"
#include "format/host.h"
#include "kernel/record.h"

struct evidence_order {
	const struct record *record;	/* an alert */
	const struct buffer *line;	/* the same as native JSON */
	const char *source;		/* where it comes from: "kernel", or a file */
	const struct buffer *related;	/* records of the same lineage, a line each */
	const struct buffer *policy;	/* in force; empty: not known */
	const char *policy_fault;	/* why it is not known */
	const char *process_fault;	/* why its processes cannot be alive; or NULL */
	const struct host *host;
	const char *const *roots;	/* document roots */
	size_t nr_roots;
	bool memory;
	int seconds;			/* how long all of it may take */
};

/* How many members were written, and what could not be read. */
struct evidence_result {
	unsigned int members, not_read;
	bool process;			/* the process was still there */
};

/**
 * evidence_collect() - Write all members of the archive, manifest.json as the last one.
 *
 * Returns 0 or negative errno; -EINTR if a stop was requested.
 */
int evidence_collect(struct archive *archive, const struct evidence_order *order,
		     struct evidence_result *result);

#endif /* EVIDENCE_EVIDENCE_H */
