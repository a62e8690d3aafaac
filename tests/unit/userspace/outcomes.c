// SPDX-License-Identifier: GPL-2.0
/*
 * outcomes POLICY...: for each alert, a line of JSON on standard input, the first line of
 * what "policy explain --seq" says with these policy files. One process for many alerts.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/past_exec.h"
#include "lib/exit.h"
#include "policy/explain.h"
#include "policy/file.h"

static struct shelltrap_policy *read_files(int count, char **paths)
{
	struct policy_files files = { .replace = true };
	struct policy_report report = {0};
	struct shelltrap_policy *policy;

	for (; count; count--)
		files.paths[files.count++] = *paths++;
	policy = policy_read(&files, &report);
	if (!policy)
		fputs(report.faults.data, stderr);
	policy_report_free(&report);
	return policy;
}

/* explain looks the paths of a policy up once, so each alert gets its own policy. */
static int print_outcome(struct past_exec *past, int count, char **paths)
{
	struct shelltrap_policy *policy = read_files(count, paths);
	struct imagined imagined = {0};
	struct buffer text = {0};

	if (!policy || !past_exec_read(past))
		return FAILED;
	past_exec_imagine(past, policy, &imagined);
	policy_outcome(&text, policy, &imagined);
	puts(text.data);
	policy_free(policy);
	buffer_free(&imagined.argv);
	buffer_free(&imagined.environment);
	buffer_free(&text);
	return DONE;
}

int main(int argc, char **argv)
{
	struct past_exec past = {0};
	char *line = NULL;
	size_t size = 0;
	ssize_t len;
	int ret = DONE;

	while (!ret && (len = getline(&line, &size, stdin)) > 0) {
		buffer_reset(&past.line);
		buffer_add(&past.line, line, line[len - 1] == '\n' ? len - 1 : len);
		ret = print_outcome(&past, argc - 1, argv + 1);
	}
	free(line);
	past_exec_free(&past);
	return ret;
}
