/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What of MITRE ATT&CK a rule stands for: words "TA0002/T1059.004". */
#ifndef KERNEL_THREAT_H
#define KERNEL_THREAT_H

#include <stdbool.h>
#include <stddef.h>

#include "kernel/record.h"

struct threat {
	char tactic[sizeof("TA0002")];
	char technique[sizeof("T1059.004")];
};

/* As many as the longest words of all rules can name. */
#define THREATS_MAX (SHELLTRAP_RULES_MAX * (SHELLTRAP_TITLE_MAX + 1) / sizeof("TA0002/T1059"))

/* Is it one such word, and nothing else? */
bool threat_parse(struct threat *threat, const char *word, size_t len);

/*
 * The threats of all the alert's rules, each once, sorted by tactic and
 * technique. Returns how many; at most max. Words that are none are passed over.
 */
size_t alert_threats(const struct alert *alert, struct threat *threats, size_t max);

#endif /* KERNEL_THREAT_H */
