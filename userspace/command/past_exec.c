// SPDX-License-Identifier: GPL-2.0-or-later
#include "command/past_exec.h"

#include <inttypes.h>
#include <string.h>

#include "format/names.h"
#include "lib/exit.h"
#include "lib/message.h"
#include "past/parse.h"

static int past_exec_take(void *context, const struct past_line *line)
{
	struct past_exec *past = context;
	const char *type = node_string(line->object, "type");

	if ((past->seq && line->head.seq != past->seq) || (type && strcmp(type, "alert")))
		return 0;
	buffer_reset(&past->line);
	buffer_add(&past->line, line->text, line->len);
	return 0;
}

bool past_exec_read_object(struct past_exec *past, const struct node *object, size_t len)
{
	uint64_t port = 0;

	past->port = 0;
	if (node_number(object, "server.port", &port) && port <= UINT16_MAX)
		past->port = port;
	return stored_read(&past->stored, object, len);
}

bool past_exec_read(struct past_exec *past)
{
	const struct node *object = past_parse(past->line.data, past->line.len);

	return object && past_exec_read_object(past, object, past->line.len) &&
	       past->stored.record.alert.present;
}

int past_exec_find(struct past_exec *past)
{
	struct host host;
	struct view view = { .host = &host, .user_name = user_name, .group_name = group_name };
	int ret;

	host_read(&host);
	past->query.view = &view;
	ret = past_read(&past->query, past_exec_take, past);
	if (past->line.len && past_exec_read(past))
		return 0;
	if (past->seq)
		complain("no alert with the number %" PRIu64 "; 'shelltrap log' shows those that "
			 "there are", past->seq);
	else
		complain("no alert as JSON in the input");
	return ret ? ret : FAILED;
}

/* The policy knows which condition made a rule of the alert match; the alert does not. */
static uint32_t past_exec_conditions(const struct alert *alert,
				     const struct shelltrap_policy *policy)
{
	uint32_t conditions = 0;
	size_t i;
	uint32_t k;

	for (i = 0; i < alert->rule_count; i++)
		for (k = 0; k < policy->nr_rules; k++)
			if (!strcmp(policy->rules[k].name, alert->rules[i].name))
				conditions |= policy->rules[k].conditions;
	conditions &= SHELLTRAP_CONDITION_FILE_DROPPED | SHELLTRAP_CONDITION_CODE_INJECTED;
	if (stdio_is_connected(&alert->in))
		conditions |= SHELLTRAP_CONDITION_STDIN_CONNECTED;
	if (stdio_is_connected(&alert->out))
		conditions |= SHELLTRAP_CONDITION_STDOUT_CONNECTED;
	return conditions;
}

static void past_exec_imagine_process(const struct alert *alert, struct imagined *imagined)
{
	const struct alert_process *process = &alert->process;

	if (!imagined->has_uid && process->uid.known) {
		imagined->uid = process->uid.value;
		imagined->has_uid = true;
	}
	if (!imagined->argv.len && !process->argv_truncated && process->argv.len)
		buffer_add(&imagined->argv, process->argv.data, process->argv.len);
	if (!imagined->cwd)
		imagined->cwd = process->cwd;
	imagined->unclean = process->unclean.value;
	imagined->knows_clean = process->unclean.known || process->environment.len;
	buffer_add(&imagined->environment, process->environment.data, process->environment.len);
	if (!imagined->cgroup)
		imagined->cgroup = alert->cgroup_path;
}

static void past_exec_imagine_actors(const struct past_exec *past, struct imagined *imagined)
{
	const struct alert *alert = &past->stored.record.alert;
	size_t i;

	if (!imagined->actor)
		imagined->actor = alert->comm;
	for (i = 0; i < alert->ancestor_count; i++)
		if (alert->ancestors[i].comm && imagined->nr_ancestors < POLICY_ANCESTORS_MAX)
			imagined->ancestors[imagined->nr_ancestors++] = alert->ancestors[i].comm;
	if (!alert->server.present)
		return;
	imagined->server = alert->server.exe ? alert->server.exe : alert->server.comm;
	imagined->server_comm = alert->server.comm;
	imagined->port = past->port;
}

void past_exec_imagine(const struct past_exec *past, const struct shelltrap_policy *policy,
		       struct imagined *imagined)
{
	const struct alert *alert = &past->stored.record.alert;

	if (!imagined->target)
		imagined->target = alert->pathname ? alert->pathname : "";
	if (!imagined->interpreter && alert->interpreter && alert->pathname &&
	    strcmp(alert->interpreter, alert->pathname))
		imagined->interpreter = alert->interpreter;
	imagined->knows_stdio = true;
	imagined->conditions |= past_exec_conditions(alert, policy);
	past_exec_imagine_process(alert, imagined);
	past_exec_imagine_actors(past, imagined);
}

void past_exec_free(struct past_exec *past)
{
	buffer_free(&past->line);
	stored_free(&past->stored);
}
