/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Times of records. A report says all of them in UTC, as its readers may be anywhere. */
#ifndef REPORT_MOMENT_H
#define REPORT_MOMENT_H

#include <stdbool.h>
#include <stdint.h>

#define MOMENT_SECOND ((uint64_t)1000000000)

/* Room for any of the texts below, with the NUL. */
#define MOMENT_SIZE 40

/**
 * moment_parse() - Read a time as the native JSON has it: "2026-11-21T14:02:11.123456789Z".
 *
 * Returns false if the text is no such time. ns counts from the epoch.
 */
bool moment_parse(const char *text, uint64_t *ns);

/*
 * Write a time to a text of MOMENT_SIZE bytes, and return the text. The time 0 is one that
 * is not known.
 */
const char *moment_day(char *text, uint64_t ns);	/* 21 November 2026 */
const char *moment_clock(char *text, uint64_t ns);	/* 14:02:11 */
const char *moment_fine_clock(char *text, uint64_t ns);	/* 14:02:11.123 */
const char *moment_iso(char *text, uint64_t ns);	/* 2026-11-21T14:02:11Z */

/** moment_span() - Write a duration: "320 ms", "4.2 s", "3 min 5 s", "2 h 10 min". */
const char *moment_span(char *text, uint64_t ns);

#endif /* REPORT_MOMENT_H */
