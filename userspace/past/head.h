/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What identifies a line of native JSON: the members that stand first in it. A line that
 * this program wrote has them at fixed places, so that they are found without reading the
 * JSON; any other line must be read.
 */
#ifndef PAST_HEAD_H
#define PAST_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct node;

/* The length of "2026-11-21T14:02:11.123456789Z", which sorts by time as text. */
#define HEAD_TIME 30

struct head {
	bool loss;
	uint64_t instance, seq;
	char time[HEAD_TIME + 1];	/* "": not known */
};

/**
 * head_scan() - Find the head of a line without reading its JSON.
 *
 * Returns false for a line that is not written exactly as this program writes a whole
 * line; it may be valid all the same.
 */
bool head_scan(const char *text, size_t len, struct head *head);

/** head_of_object() - The head of a line that was read; false: it is no record. */
bool head_of_object(const struct node *object, struct head *head);

/**
 * head_is_before() - Whether a line comes before another one.
 *
 * Records of one module instance are in the order of their numbers, whatever the clock
 * did; records of different instances are in the order of their times.
 */
bool head_is_before(const struct head *a, const struct head *b);

#endif /* PAST_HEAD_H */
