/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the rules that ship mean, for people and for a SIEM. */
#ifndef RULES_H
#define RULES_H

#include <stddef.h>

#include "alert.h"

#define RULE_THREATS_MAX 4

/* MITRE ATT&CK. */
struct threat {
	const char *tactic;
	const char *technique;
};

struct rule {
	const char *name;
	const char *title;	/* a few words */
	const char *meaning;	/* one sentence */
	struct threat threats[RULE_THREATS_MAX];	/* up to the first without tactic */
};

/* NULL where no such rule ships. */
const struct rule *rule_find(const char *name);

/*
 * The threats of all the alert's rules, each once, sorted by tactic and
 * technique. Returns how many; at most max.
 */
size_t alert_threats(const struct alert *alert, struct threat *threats, size_t max);

#endif /* RULES_H */
