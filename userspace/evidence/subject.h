/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A process of a record, if it is still that process: a PID is used again and again. */
#ifndef EVIDENCE_SUBJECT_H
#define EVIDENCE_SUBJECT_H

#include <stdbool.h>
#include <stdint.h>

struct subject {
	uint64_t pid;
	/*
	 * Descriptor of /proc/PID, -1: the process cannot be read. The kernel keeps it for this
	 * process: once that has gone, nothing below it opens, even if another one has its PID.
	 */
	int directory;
	uint64_t started;	/* ns since the epoch, by the clock of now */
	const char *fault;	/* why it cannot be read; NULL: it can be */
};

/**
 * subject_open() - Open a process that ran at a time.
 * @time: ns since the epoch; a process that was started later is another one
 *
 * Returns whether the process can be read. subject_close() in any case.
 */
bool subject_open(struct subject *subject, uint64_t pid, uint64_t time);
void subject_close(struct subject *subject);

#endif /* EVIDENCE_SUBJECT_H */
