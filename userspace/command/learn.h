/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What "policy learn" keeps of the alerts of a period: each different command, and how often
 * it occurred. Memory is bounded.
 */
#ifndef COMMAND_LEARN_H
#define COMMAND_LEARN_H

#include "command/past_exec.h"
#include "lib/buffer.h"
#include "module/policy.h"

/* Beyond these, alerts are only counted. */
#define LEARN_COMMANDS_MAX 20000
#define LEARN_BYTES_MAX (64 << 20)	/* of the commands */
#define LEARN_ALERTS_MAX 1000000
#define LEARN_ATTACKS_MAX 4096

/* What happened within this time of a reverse shell of the same server is not learned. */
#define LEARN_ATTACK_MINUTES 10

/* What occurred only between these hours of local time is not learned. */
#define LEARN_NIGHT_BEGINS 22
#define LEARN_NIGHT_ENDS 6

struct learn_tally {
	uint64_t count;
	uint64_t first, last;	/* ns since the epoch */
};

/* Alerts that every exception silences, or none does. */
struct learn_command {
	struct learn_command *next;	/* with the same hash */
	uint32_t number;
	char *line;			/* the first of these alerts, as JSON */
	size_t line_len;
	struct bytes key;		/* of the exception, the command line, and more */
	size_t key_len;			/* of the exception */
	struct bytes argv;		/* points into the key */
	char *program;			/* its path; of a refused one any name */
	const char *refusal;		/* why no exception is possible, or NULL */
	uint64_t server;		/* the hash of its names */
	uint64_t cwd;			/* the hash of the working directory of the first alert */
	bool roams;			/* it ran in another working directory, too */
	struct learn_tally all;
	struct learn_tally calm;	/* the alerts that were not near a reverse shell */
	bool by_day;			/* at least one of these was not at night */
	bool covered;			/* an exception that was learned silences it */
};

struct learn_alerts;
struct learn_attacks;
struct learn_recent;

/* Starts as {0}, but for the policy and the filter. */
struct learn {
	const struct shelltrap_policy *policy;	/* that made the alerts */
	const struct filter *filter;		/* of the commands, not of attacks; NULL: all */
	struct learn_command **commands;
	size_t count;
	size_t bytes;
	struct learn_command **buckets;
	struct learn_alerts *alerts;
	struct learn_attacks *attacks;
	struct learn_recent *recent;
	uint64_t left_out;		/* alerts beyond the limits */
	struct learn_tally all;
	struct past_exec past;		/* the present line */
};

/** learn_take() - A past_take() whose context is a struct learn. */
int learn_take(void *context, const struct past_line *line);

/** learn_find_calm() - After the last line: sort out what happened near a reverse shell. */
void learn_find_calm(struct learn *learn);

/** learn_tally_add() - Add what another tally has. */
void learn_tally_add(struct learn_tally *tally, const struct learn_tally *more);

/** learn_hash() - FNV-1a, to be continued with the result. */
#define LEARN_HASH UINT64_C(14695981039346656037)
uint64_t learn_hash(uint64_t hash, const void *bytes, size_t len);
void learn_free(struct learn *learn);

#endif /* COMMAND_LEARN_H */
