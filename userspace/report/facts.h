/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an incident comes to: the distinct values in its alerts, counted once for all parts. */
#ifndef REPORT_FACTS_H
#define REPORT_FACTS_H

#include "report/incident.h"
#include "report/tally.h"

/* Everything that ran is in one of these tallies; the rows' alerts have the details. */
struct facts {
	const struct incident *incident;
	struct tally commands;		/* command lines, with user and verdict */
	struct tally programs;		/* names without their directories */
	struct tally files;		/* paths with hashes */
	struct tally dropped;		/* paths of files that the attacker may have written */
	struct tally users;		/* "www-data (uid 33)" */
	struct tally peers;		/* far ends of connected input or output */
	struct tally addresses;		/* URLs and hosts that command lines name */
	struct tally clients;		/* addresses that may have sent the request */
	struct tally scripts;		/* scripts that requests asked for */
	struct tally directories;	/* where the processes worked */
	struct tally rules;
	struct tally threats;
	struct tally pids;
	size_t ran, refused, failed, would_deny, waiting;
	bool root;			/* some process acted as root */
	bool only_starts;		/* servers were started, and nothing else happened */
	bool has_certain_client;
	bool has_candidates;
	bool has_request;		/* some record says anything about the request */
};

/** facts_gather() - Count the values of an incident; facts_free() them. */
void facts_gather(struct facts *facts, const struct incident *incident);
void facts_free(struct facts *facts);

/** facts_put_user() - Add "www-data (uid 33)", and as whom the process acts if another. */
void facts_put_user(struct buffer *out, const struct entry *alert);

#endif /* REPORT_FACTS_H */
