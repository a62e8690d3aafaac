/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What rules and the identifiers of MITRE ATT&CK mean, for a reader who knows neither. */
#ifndef REPORT_RULES_H
#define REPORT_RULES_H

#include <stddef.h>

/**
 * struct rule_meaning - what a rule that ships says about an exec
 * @name: the rule
 * @title: a headline: "Reverse shell"
 * @meaning: a sentence or two
 */
struct rule_meaning {
	const char *name;
	const char *title;
	const char *meaning;
};

/** rule_meaning() - Find a rule; for one that does not ship, what can be said of any. */
const struct rule_meaning *rule_meaning(const char *name);

/** rule_rank() - Which of two rules says more: the smaller rank. */
size_t rule_rank(const char *name);

/** mitre_name() - "Unix Shell" for "T1059.004"; NULL if it is not known here. */
const char *mitre_name(const char *id);

#endif /* REPORT_RULES_H */
