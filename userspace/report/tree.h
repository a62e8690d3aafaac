/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The processes of an incident, from the server down, each with its alerts. */
#ifndef REPORT_TREE_H
#define REPORT_TREE_H

#include "report/incident.h"

/* Deeper processes are shown at this depth: neither the program nor a browser must recurse. */
#define TREE_DEPTH_MAX 24

/**
 * struct tree_node - a process
 * @alerts: its own, by time
 * @detached: it descends from its parent here, but a process between them had exited
 * @severity: the highest of its own alerts and of those below it
 * @below: the number of processes below it
 */
struct tree_node {
	struct number pid;
	const char *comm;
	struct tree_node *parent, **children;
	size_t child_count;
	const struct entry **alerts;
	size_t alert_count;
	bool is_server, detached;
	unsigned int depth, severity;
	size_t below;
};

/** tree_make() - Make the tree. Its root stands for no process; tree_free() it. */
struct tree_node *tree_make(const struct incident *incident);
void tree_free(struct tree_node *root);

/** tree_pick_children() - Choose at most max children to be shown, as pick() does. */
bool *tree_pick_children(const struct tree_node *node, size_t max);

#endif /* REPORT_TREE_H */
