// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/html_tree.h"

#include <inttypes.h>
#include <stdlib.h>

#include "report/html_text.h"
#include "report/limits.h"
#include "report/tree.h"

struct html_tree {
	struct buffer *out;
	size_t left;		/* processes that may still be shown */
};

static void html_tree_put_exec(struct buffer *out, const struct entry *alert)
{
	char clock[MOMENT_SIZE];

	buffer_printf(out, "<div class=\"exec\"><time>%s</time><code>",
		      moment_fine_clock(clock, alert->time));
	html_put(out, alert->command);
	buffer_puts(out, "</code>");
	html_put_severity(out, alert->severity);
	html_put_verdict(out, alert);
	buffer_puts(out, "</div>\n");
}

static void html_tree_put_process(struct buffer *out, const struct tree_node *node)
{
	size_t i;

	buffer_puts(out, "<strong>");
	html_put(out, node->comm ? node->comm : "(unknown)");
	buffer_puts(out, "</strong>");
	if (node->pid.known)
		buffer_printf(out, " <span class=\"pid\">process %" PRIu64 "</span>",
			      node->pid.value);
	if (node->is_server)
		buffer_puts(out, " <span class=\"tag plain\">the web server</span>");
	if (node->detached)
		buffer_puts(out, " <span class=\"tag plain\">a process between has exited</span>");
	buffer_puts(out, "\n");
	for (i = 0; i < node->alert_count && i < EXECS_MAX; i++)
		html_tree_put_exec(out, node->alerts[i]);
	if (i < node->alert_count)
		buffer_printf(out, "<div class=\"hint\">%zu more execs of this process</div>\n",
			      node->alert_count - i);
}

static void html_tree_put_children(struct html_tree *tree, const struct tree_node *node);

static void html_tree_put_node(struct html_tree *tree, const struct tree_node *node)
{
	tree->left--;
	buffer_puts(tree->out, "<li>");
	html_tree_put_process(tree->out, node);
	html_tree_put_children(tree, node);
	buffer_puts(tree->out, "</li>\n");
}

/* TREE_DEPTH_MAX limits how deep this goes. */
static void html_tree_put_children(struct html_tree *tree, const struct tree_node *node)
{
	bool *picked = tree_pick_children(node, CHILDREN_MAX);
	size_t i, hidden = 0;

	if (node->child_count)
		buffer_puts(tree->out, node->parent ? "<ul>\n" : "<ul class=\"tree\">\n");
	for (i = 0; i < node->child_count; i++) {
		if (picked[i] && tree->left)
			html_tree_put_node(tree, node->children[i]);
		else
			hidden += 1 + node->children[i]->below;
	}
	if (hidden)
		buffer_printf(tree->out,
			      "<li class=\"hint\">%zu more processes; their command lines are "
			      "below</li>\n",
			      hidden);
	if (node->child_count)
		buffer_puts(tree->out, "</ul>\n");
	free(picked);
}

void html_put_tree(struct buffer *out, const struct incident *incident)
{
	struct html_tree tree = { out, TREE_MAX };
	struct tree_node *root = tree_make(incident);

	html_tree_put_children(&tree, root);
	tree_free(root);
}
