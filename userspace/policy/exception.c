// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The exception is put into a policy of its own, so that the module's own source decides what
 * is valid, and the text is that of "policy show": the bytes of an alert cannot become a
 * section or a key.
 */
#include "policy/exception.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/text.h"
#include "lib/xalloc.h"
#include "policy/file.h"
#include "policy/fit.h"
#include "policy/risk.h"
#include "policy/text.h"

struct exception {
	const struct alert *alert;
	const struct shelltrap_policy *policy;	/* that made the alert */
	struct shelltrap_policy *made;
	struct shelltrap_rule rule;
	char actor[SHELLTRAP_LABEL_MAX + 1], target[SHELLTRAP_LABEL_MAX + 1];
	char *cgroup;
	bool own_actor;		/* the actor is the server's program, and no set of the policy */
};

/* Does a rule of the alert match by code that is the attacker's? */
static bool exception_is_dropped(const struct exception *exception)
{
	const __u32 never = SHELLTRAP_CONDITION_FILE_DROPPED | SHELLTRAP_CONDITION_CODE_INJECTED;
	const struct alert *alert = exception->alert;
	size_t i;
	__u32 k;

	for (i = 0; i < alert->rule_count; i++) {
		const char *name = alert->rules[i].name ? alert->rules[i].name : "";

		if (!strcmp(name, "webserver_dropped_exec") ||
		    !strcmp(name, "webserver_injected_exec"))
			return true;
		for (k = 0; k < exception->policy->nr_rules; k++)
			if (!strcmp(exception->policy->rules[k].name, name) &&
			    (exception->policy->rules[k].conditions & never))
				return true;
	}
	return false;
}

/* For a script the script, whose path the kernel got; else the file as the kernel found it. */
static const char *exception_program(const struct alert *alert)
{
	bool script = alert->interpreter && alert->pathname &&
		      strcmp(alert->interpreter, alert->pathname);

	if (alert->pathname && alert->pathname[0] == '/' && (script || !alert->file.path))
		return alert->pathname;
	return alert->file.path && alert->file.path[0] == '/' ? alert->file.path : NULL;
}

static const char *exception_refusal(const struct exception *exception)
{
	const struct alert *alert = exception->alert;
	uint64_t verdict = alert->verdict.known ? alert->verdict.value : SHELLTRAP_VERDICT_OBSERVED;

	if (verdict == SHELLTRAP_VERDICT_FAILED)
		return "the exec failed, and an exception matches only an exec that completes";
	if (verdict == SHELLTRAP_VERDICT_PENDING)
		return "the exec was not over yet, and an exception matches only an exec that "
		       "completes";
	if (exception_is_dropped(exception))
		return "the program, or code in it, may be an attacker's (dropped or injected), "
		       "and no exception ever matches that; let root own the file, in a directory "
		       "that only root can write to";
	if (alert->process.argv_truncated)
		return "the command line is longer than the module keeps, so no exception can name "
		       "it";
	if (!alert->process.argv.len)
		return "the alert has no command line: the exec was refused before there was one";
	if (alert->process.argv.data[alert->process.argv.len - 1])
		return "the command line of the alert is not whole";
	if (!exception_program(alert))
		return "the alert has no absolute path of the program";
	return NULL;
}

static const char *exception_add_path(struct exception *exception, const char *set,
				      const char *path, __u64 *sets)
{
	const char *fault = shelltrap_policy_add_set(exception->made, set);

	if (fault)
		return fault;
	*sets = (__u64)1 << (exception->made->nr_sets - 1);
	return shelltrap_policy_add_member(exception->made, exception->made->nr_sets - 1,
					   SHELLTRAP_MEMBER_PATH, path);
}

/*
 * Only a program that is a server by itself may be an actor of its own: an actor makes a
 * server of whatever it names, and python or a shell is none.
 */
static bool exception_knows_server(const struct exception *exception)
{
	const struct alert_server *server = &exception->alert->server;
	const struct fit fit = { .kind = FIT_CALLER, .role = "server", .name = server->exe };

	return server->present && server->exe && server->exe[0] == '/' &&
	       (fit_sets(exception->policy, &fit) & exception->policy->actors);
}

/* The sets of the rule that leads the alert. They are added empty, only for their names. */
static const char *exception_borrow_actor(struct exception *exception)
{
	const struct alert_rule *leading = alert_leading_rule(exception->alert);
	const struct shelltrap_policy *policy = exception->policy;
	const char *fault = NULL;
	__u64 actor = 0;
	__u32 i;

	for (i = 0; leading && leading->name && i < policy->nr_rules; i++)
		if (!strcmp(policy->rules[i].name, leading->name))
			actor = policy->rules[i].actor;
	for (i = 0; actor && !fault && i < policy->nr_sets; i++) {
		if (!(actor >> i & 1))
			continue;
		fault = shelltrap_policy_add_set(exception->made, policy->sets[i].name);
		exception->rule.actor |= (__u64)1 << (exception->made->nr_sets - 1);
	}
	return fault;
}

static const char *exception_add_actor(struct exception *exception)
{
	const char *fault;

	exception->own_actor = exception_knows_server(exception);
	fault = exception->own_actor ?
			exception_add_path(exception, exception->actor,
					   exception->alert->server.exe, &exception->rule.actor) :
			exception_borrow_actor(exception);
	if (exception->rule.actor)
		exception->rule.scope = SHELLTRAP_SCOPE_LINEAGE;
	return fault;
}

/* A service keeps its cgroup; returns the path up to and with the name of the service. */
static char *exception_cgroup(const struct alert *alert)
{
	const char *service = alert->cgroup_path ? strstr(alert->cgroup_path, ".service") : NULL;
	const char *end = service ? service + strlen(".service") : NULL;

	if (!end || (*end && *end != '/') || alert->cgroup_path[0] != '/')
		return NULL;
	return xstrndup(alert->cgroup_path, end - alert->cgroup_path);
}

static void exception_fill(struct exception *exception)
{
	const struct alert_process *process = &exception->alert->process;
	struct shelltrap_rule *rule = &exception->rule;

	rule->severity = SHELLTRAP_SEVERITY_MEDIUM;
	rule->action = SHELLTRAP_ACTION_ALLOW;
	rule->argv = process->argv.data;
	rule->argv_len = process->argv.len;
	rule->has_uid = process->uid.known;
	rule->uid = process->uid.value;
	exception->cgroup = exception_cgroup(exception->alert);
	rule->cgroup = exception->cgroup;
}

static const char *exception_make(struct exception *exception)
{
	const char *fault = exception_refusal(exception);
	int rule, set;

	if (!fault)
		fault = exception_add_path(exception, exception->target,
					   exception_program(exception->alert),
					   &exception->rule.target);
	if (!fault)
		fault = exception_add_actor(exception);
	if (fault)
		return fault;
	exception_fill(exception);
	fault = shelltrap_policy_add_rule(exception->made, &exception->rule);
	return fault ? fault : shelltrap_policy_finish(exception->made, &rule, &set);
}

static void exception_comment(void *context, const char *what)
{
	buffer_printf(context, "#   - %s\n", what);
}

static void exception_put_who(struct buffer *out, const struct alert *alert)
{
	buffer_puts(out, "# For an alert: ");
	text_put(out, alert->comm ? alert->comm : "?", TEXT_ASCII);
	buffer_puts(out, " ran ");
	text_put(out, alert->pathname ? alert->pathname : "?", TEXT_ASCII);
	buffer_puts(out, "\n# It still lets through, without an alert:\n"
		    "#   - this command line, also when an attacker makes the server run it, and "
		    "with whatever its files hold by then\n");
}

/* Says what the keys of the rule leave open. */
static void exception_put_comments(struct buffer *out, const struct exception *exception)
{
	const struct alert *alert = exception->alert;

	exception_put_who(out, alert);
	if (!exception->rule.actor)
		exception_comment(out, "this command line from any process, as no rule says which "
				  "server it was");
	else if (!exception->own_actor)
		exception_comment(out, "this command line from any server of the actor's sets: the "
				  "program of this one is not always a server");
	if (!exception->rule.has_uid)
		exception_comment(out, "this command line as any user");
	if (!exception->rule.cgroup)
		exception_comment(out, "this command line in any cgroup, as this one is no "
				  "service's");
	if (stdio_is_connected(&alert->in) || stdio_is_connected(&alert->out))
		exception_comment(out, "a CONNECTION TO THE NETWORK as its input or output, as in "
				  "this alert: this may be an attack");
	risk_find(alert->process.argv.data, alert->process.argv.len,
		  risk_is_shell(exception_program(alert)), exception_comment, out);
	buffer_puts(out, "# It does not match if the environment can change what is run; see "
		    "EXCEPTIONS in\n# shelltrap-policy(5). Parts of argv that vary can be holes, "
		    "such as {number}.\n");
}

static void exception_put_sections(struct buffer *out, const struct exception *exception)
{
	const struct shelltrap_policy *made = exception->made;
	__u32 i;

	for (i = 0; i < made->nr_sets; i++) {
		if (strcmp(made->sets[i].name, exception->target) &&
		    strcmp(made->sets[i].name, exception->actor))
			continue;
		policy_put_set(out, made, i);
		buffer_putc(out, '\n');
	}
	policy_put_rule(out, made, &made->rules[0]);
}

const char *exception_put(struct buffer *out, const struct alert *alert, const char *name,
			  const struct shelltrap_policy *policy)
{
	struct exception exception = {
		.alert = alert, .policy = policy, .made = policy_new(), .rule = { .name = name },
	};
	const char *fault;

	snprintf(exception.target, sizeof(exception.target), "%s_program", name);
	snprintf(exception.actor, sizeof(exception.actor), "%s_server", name);
	fault = exception_make(&exception);
	if (!fault) {
		exception_put_comments(out, &exception);
		exception_put_sections(out, &exception);
	}
	free(exception.cgroup);
	policy_free(exception.made);
	return fault;
}
