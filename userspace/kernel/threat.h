/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tactics and techniques of MITRE ATT&CK that a rule names: words "TA0002/T1059.004". */
#ifndef KERNEL_THREAT_H
#define KERNEL_THREAT_H

#include <stdbool.h>
#include <stddef.h>

#include "kernel/record.h"

struct threat {
	char tactic[sizeof("TA0002")];
	char technique[sizeof("T1059.004")];
};

/* The greatest number that the threats of all rules can name. */
#define THREATS_MAX (SHELLTRAP_RULES_MAX * (SHELLTRAP_TITLE_MAX + 1) / sizeof("TA0002/T1059"))

/** threat_parse() - Read a word. Returns false if it is no threat. */
bool threat_parse(struct threat *threat, const char *word, size_t len);

/**
 * alert_threats() - The threats of all rules of an alert, sorted, without duplicates.
 *
 * Sorted by tactic, then by technique. Other words are ignored. Returns the number of
 * threats, which is at most @max.
 */
size_t alert_threats(const struct alert *alert, struct threat *threats, size_t max);

#endif /* KERNEL_THREAT_H */
