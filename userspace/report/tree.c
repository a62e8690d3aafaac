// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/tree.h"

#include <json-c/linkhash.h>
#include <stdlib.h>
#include <string.h>

#include "lib/exit.h"
#include "lib/xalloc.h"
#include "report/tally.h"

/* While the tree is made: the process that was seen last under each number. */
struct planting {
	struct tree_node *root;
	struct lh_table *by_pid;
};

/* Doubles an array of pointers at each power of two. */
static void *grow(void *array, size_t count)
{
	if (count & (count - 1))
		return array;
	return xreallocarray(array, count ? 2 * count : 1, sizeof(void *));
}

static struct tree_node *planting_find(const struct planting *planting, const struct number *pid)
{
	void *node;

	if (!pid->known ||
	    !lh_table_lookup_ex(planting->by_pid, (void *)(uintptr_t)pid->value, &node))
		return NULL;
	return node;
}

static void planting_remember(const struct planting *planting, struct tree_node *node)
{
	const void *key = (void *)(uintptr_t)node->pid.value;

	if (!node->pid.known)
		return;
	lh_table_delete(planting->by_pid, key);
	if (lh_table_insert(planting->by_pid, key, node))
		out_of_memory();
}

static struct tree_node *planting_add(const struct planting *planting, struct tree_node *parent,
				      const struct entry_task *task)
{
	struct tree_node *node = xcalloc(1, sizeof(*node)), *above;

	while (parent->depth >= TREE_DEPTH_MAX)
		parent = parent->parent;
	node->pid = task->pid;
	node->comm = task->comm;
	node->parent = parent;
	node->depth = parent->depth + 1;
	parent->children = grow(parent->children, parent->child_count);
	parent->children[parent->child_count++] = node;
	for (above = parent; above; above = above->parent)
		above->below++;
	planting_remember(planting, node);
	return node;
}

static bool tree_is_below(const struct tree_node *node, const struct tree_node *other)
{
	for (; node; node = node->parent)
		if (node == other)
			return true;
	return false;
}

/*
 * The process of this number below "parent". A process whose parent has exited has another
 * parent now, but stays where it was first seen. If the kernel uses a number again below the
 * same parent, both processes are shown as one.
 */
static struct tree_node *planting_step(const struct planting *planting, struct tree_node *parent,
				       const struct entry_task *task)
{
	struct tree_node *known = planting_find(planting, &task->pid);

	if (known && (known->parent == parent || tree_is_below(known, parent) ||
		      parent == planting->root))
		return known;
	return planting_add(planting, parent, task);
}

/* Where to begin: at the server, also where it is no ancestor any more. */
static struct tree_node *planting_server(const struct planting *planting,
					 const struct entry *alert, size_t *left)
{
	struct entry_task root = entry_root(alert);
	struct tree_node *server;

	*left = entry_root_depth(alert);
	server = planting_step(planting, planting->root, &root);
	if (*left || alert->server_pid.known)
		server->is_server = server->parent == planting->root;
	if (*left)
		(*left)--;
	return server;
}

/* The nearest ancestor that is in the tree; *left: how many ancestors are below it. */
static struct tree_node *planting_known_ancestor(const struct planting *planting,
						 const struct entry *alert, size_t *left)
{
	for (*left = 0; *left < alert->ancestor_count; (*left)++) {
		const struct number *pid = &alert->ancestors[*left].pid;
		struct tree_node *known = pid->value > 1 ? planting_find(planting, pid) : NULL;

		if (known)
			return known;
	}
	*left = 0;
	return NULL;
}

static struct tree_node *planting_find_process(const struct planting *planting,
					       const struct entry *alert)
{
	struct entry_task itself = { alert->pid, alert->process_comm };
	size_t left, depth = entry_root_depth(alert);
	struct tree_node *node = planting_server(planting, alert, &left);
	bool detached = false;

	if (!depth) {
		struct tree_node *known = planting_known_ancestor(planting, alert, &left);

		detached = !known && alert->server_pid.known;
		node = known ? known : node;
	}
	while (left > 0)
		node = planting_step(planting, node, &alert->ancestors[--left]);
	if (node->pid.known && alert->pid.known && node->pid.value == alert->pid.value)
		return node;
	node = planting_step(planting, node, &itself);
	if (detached && !node->alert_count)
		node->detached = true;
	return node;
}

static void planting_take(const struct planting *planting, const struct entry *alert)
{
	struct tree_node *node = planting_find_process(planting, alert);

	node->alerts = grow(node->alerts, node->alert_count);
	node->alerts[node->alert_count++] = alert;
	for (; node; node = node->parent)
		if (alert->severity > node->severity)
			node->severity = alert->severity;
}

struct tree_node *tree_make(const struct incident *incident)
{
	struct planting planting = {
		.root = xcalloc(1, sizeof(*planting.root)),
		.by_pid = lh_kptr_table_new(256, NULL),
	};
	size_t i;

	if (!planting.by_pid)
		out_of_memory();
	for (i = 0; i < incident->alert_count; i++)
		planting_take(&planting, incident->alerts[i]);
	lh_table_free(planting.by_pid);
	return planting.root;
}

void tree_free(struct tree_node *root)
{
	size_t i;

	for (i = 0; i < root->child_count; i++)
		tree_free(root->children[i]);
	free(root->children);
	free(root->alerts);
	free(root);
}

static unsigned int tree_child_severity(const void *things, size_t i)
{
	const struct tree_node *node = things;

	return node->children[i]->severity;
}

bool *tree_pick_children(const struct tree_node *node, size_t max)
{
	return pick(node->child_count, max, tree_child_severity, node);
}
