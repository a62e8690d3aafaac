/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A record as a report needs it, read from a line of the native JSON. */
#ifndef REPORT_ENTRY_H
#define REPORT_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/attributes.h"
#include "kernel/request.h"
#include "lib/buffer.h"

struct node;

enum entry_kind {
	ENTRY_ALERT,
	ENTRY_LOSS,
	ENTRY_EVENT,
	ENTRY_OUTCOME,
	ENTRY_REPEATS,
};

/* Bytes of one value that are kept; the cut is shown. The file has every byte. */
#define ENTRY_VALUE_MAX 4096
#define ENTRY_LINE_MAX 65536
/* Elements of one list that are kept. */
#define ENTRY_LIST_MAX 64

struct entry_task {
	struct number pid;
	char *comm;
};

struct entry_list {
	char **items;
	size_t count;
};

/*
 * Strings are what text_put() makes of the record's bytes: valid UTF-8 without control
 * characters and without what reorders or hides text. They may still hold any markup. A
 * string that the record does not have is NULL.
 */
struct entry {
	enum entry_kind kind;
	uint64_t time;		/* ns since the epoch; 0: not known */
	unsigned int severity;	/* enum shelltrap_severity; 0: not known */
	struct number seq;
	char *host, *instance;
	char *line;		/* the whole line */

	/* An alert: who ran what. */
	char *rule, *verdict, *comm, *pathname, *interpreter;
	char *command;		/* the arguments as words of a shell, or else the path */
	struct number pid, uid, euid, loginuid;
	char *process_comm, *cwd, *user, *euser, *loginuser;
	struct number file_uid, file_ino;
	char *file_path, *file_mode, *file_user, *file_sha256;
	struct number server_pid, server_port;
	char *server_comm, *server_exe, *server_matched, *server_started;
	struct entry_task *ancestors;	/* the nearest first */
	size_t ancestor_count;
	char *stdin_peer, *stdout_peer;		/* of a network connection */
	char *unit, *container_id, *container_runtime, *container_name, *container_image;
	struct entry_list rules, threats;	/* a threat is "TA0002/T1059.004" */

	/* An alert: the request. */
	char *certainty;	/* NULL: the record has no request */
	char *client, *local;
	char *asked[REQUEST_STRINGS];
	struct number more_clients;
	struct entry_list clients, via, witnesses;

	/* Other kinds. */
	struct number of, last, lost, count;
	char *why, *event, *by_comm;
	char *summary;		/* of an event: what happened, in a line */
	struct number by_pid, by_uid;

	/* Found out from other entries. */
	const struct entry *outcome;	/* how what was pending or held has ended */
	uint64_t repeats;		/* alerts like this one that were only counted */
};

/**
 * entry_of() - Make the entry of a line, which need not end with NUL, and of its object.
 *
 * Returns NULL if the line is no record. entry_free() frees the entry.
 */
struct entry *entry_of(const struct node *object, const char *line, size_t len);
void entry_free(struct entry *entry);

/** entry_verdict() - The verdict, or the one of the outcome; never NULL. */
const char *entry_verdict(const struct entry *entry);

/** entry_is_refused() - Was the program kept from running? */
bool entry_is_refused(const struct entry *entry);

/** entry_program() - The path of the program, or what is known instead; never NULL. */
const char *entry_program(const struct entry *entry);

/** entry_has_rule() - Does the alert list this rule? */
bool entry_has_rule(const struct entry *entry, const char *rule);

/** entry_peer() - The far end of a connected stdin or stdout, or NULL. */
const char *entry_peer(const struct entry *entry);

/** entry_is_root() - Did the process act as root? */
bool entry_is_root(const struct entry *entry);

/** entry_same_source() - Do both come from one module instance of one host? */
bool entry_same_source(const struct entry *a, const struct entry *b);

#endif /* REPORT_ENTRY_H */
