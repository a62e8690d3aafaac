// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The exception is put into a policy of its own, so that the module's own source decides what
 * is valid, and the text is that of "policy show": the bytes of an alert cannot become a
 * section or a key.
 */
#include "policy/exception.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/text.h"
#include "lib/xalloc.h"
#include "module/relative.h"
#include "policy/file.h"
#include "policy/fit.h"
#include "policy/risk.h"
#include "policy/text.h"

struct exception {
	const struct alert *alert;
	const struct exception_form *form;
	const struct shelltrap_policy *policy;	/* that made the alert */
	struct shelltrap_policy *made;
	struct shelltrap_rule rule;
	char *cgroup;
	bool own_actor;		/* the actor is the server's program, and no set of the policy */
};

/* Does a rule of the alert match by code that is the attacker's? */
static bool exception_is_dropped(const struct alert *alert, const struct shelltrap_policy *policy)
{
	const __u32 never = SHELLTRAP_CONDITION_FILE_DROPPED | SHELLTRAP_CONDITION_CODE_INJECTED;
	size_t i;
	__u32 k;

	for (i = 0; i < alert->rule_count; i++) {
		const char *name = alert->rules[i].name ? alert->rules[i].name : "";

		if (!strcmp(name, "webserver_dropped_exec") ||
		    !strcmp(name, "webserver_injected_exec"))
			return true;
		for (k = 0; k < policy->nr_rules; k++)
			if (!strcmp(policy->rules[k].name, name) &&
			    (policy->rules[k].conditions & never))
				return true;
	}
	return false;
}

/* For a script the script, whose path the kernel got; else the file as the kernel found it. */
const char *exception_program(const struct alert *alert)
{
	bool script = alert->interpreter && alert->pathname &&
		      strcmp(alert->interpreter, alert->pathname);

	if (alert->pathname && alert->pathname[0] == '/' && (script || !alert->file.path))
		return alert->pathname;
	return alert->file.path && alert->file.path[0] == '/' ? alert->file.path : NULL;
}

/* Then "..." is at the end. */
static bool exception_lacks_variables(const struct bytes *environment)
{
	static const char more[] = "...";
	size_t len = environment->len;

	return len >= sizeof(more) &&
	       !memcmp(environment->data + len - sizeof(more), more, sizeof(more));
}

static const char *exception_refusal(const struct alert *alert,
				     const struct shelltrap_policy *policy)
{
	uint64_t verdict = alert->verdict.known ? alert->verdict.value : SHELLTRAP_VERDICT_OBSERVED;

	if (verdict == SHELLTRAP_VERDICT_FAILED)
		return "the exec failed, and an exception matches only an exec that completes";
	if (verdict == SHELLTRAP_VERDICT_PENDING)
		return "the exec was not over yet, and an exception matches only an exec that "
		       "completes";
	if (exception_is_dropped(alert, policy))
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
	if (alert->process.unclean.value)
		return "another process, or a namespace of its own, could change what the exec "
		       "runs, and no exception ever matches that; 'policy explain --seq' says more";
	if (exception_lacks_variables(&alert->process.environment))
		return "the environment has more variables that may change what is run than an "
		       "alert holds";
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
const char *exception_server(const struct alert *alert, const struct shelltrap_policy *policy)
{
	const struct alert_server *server = &alert->server;
	const struct fit fit = { .kind = FIT_CALLER, .role = "server", .name = server->exe };

	if (!server->present || !server->exe || server->exe[0] != '/')
		return NULL;
	return fit_sets(policy, &fit) & policy->actors ? server->exe : NULL;
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
	const char *server = exception_server(exception->alert, exception->policy), *fault;

	exception->own_actor = server;
	fault = server ? exception_add_path(exception, exception->form->server_set, server,
					    &exception->rule.actor) :
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
	rule->name = exception->form->name;
	rule->argv = exception->form->argv;
	rule->argv_len = exception->form->argv_len;
	rule->argv_holes = exception->form->holes;
	rule->environment = process->environment.len ? process->environment.data : NULL;
	rule->environment_len = process->environment.len;
	rule->has_uid = process->uid.known;
	rule->uid = process->uid.value;
	exception->cgroup = exception_cgroup(exception->alert);
	rule->cgroup = exception->cgroup;
}

static bool exception_needs_cwd(const struct alert_process *process)
{
	size_t len;

	return shelltrap_relative(process->argv.data, process->argv.len, &len);
}

/* Is it a directory that an exception can name? */
static bool exception_is_directory(const char *cwd)
{
	static const char deleted[] = " (deleted)";
	size_t len = cwd ? strlen(cwd) : 0;

	return len && cwd[0] == '/' && (!cwd[1] || cwd[len - 1] != '/') &&
	       (len < sizeof(deleted) || strcmp(cwd + len + 1 - sizeof(deleted), deleted));
}

/*
 * Where the command line depends on the working directory, that must be a part of the exception.
 * Elsewhere it makes the exception narrower: what a program reads beside its arguments is not
 * known.
 */
static const char *exception_add_cwd(struct exception *exception)
{
	const struct alert_process *process = &exception->alert->process;
	bool needs = exception_needs_cwd(process);

	if (needs && !exception_is_directory(process->cwd))
		return "the command line names something in the working directory, which the alert "
		       "does not tell or which has been deleted";
	if (needs || (exception->form->in_cwd && exception_is_directory(process->cwd)))
		exception->rule.cwd = process->cwd;
	return NULL;
}

static const char *exception_make(struct exception *exception)
{
	const char *fault = exception_refusal(exception->alert, exception->policy);
	int rule, set;

	if (!fault)
		fault = exception_add_path(exception, exception->form->program_set,
					   exception_program(exception->alert),
					   &exception->rule.target);
	if (!fault)
		fault = exception_add_cwd(exception);
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

/* A value that may be a secret is not in the alert, so any value matches. */
static void exception_put_variables(struct buffer *out, const struct shelltrap_rule *rule)
{
	const char *at = rule->environment, *end = at ? at + rule->environment_len : at;

	for (; at < end; at += strlen(at) + 1) {
		buffer_puts(out, "#   - the variable ");
		text_put(out, at, TEXT_ASCII);
		buffer_puts(out, strchr(at, '=') ? ", which may change what is run\n" :
			    " with any value, which may change what is run\n");
	}
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
	exception_put_variables(out, &exception->rule);
	if (exception_needs_cwd(&alert->process))
		exception_comment(out, "what lies in the working directory when it runs: let only "
				  "root write there");
	else if (!exception->rule.cwd)
		exception_comment(out, "this command line in any working directory");
	if (stdio_is_connected(&alert->in) || stdio_is_connected(&alert->out))
		exception_comment(out, "a CONNECTION TO THE NETWORK as its input or output, as in "
				  "this alert: this may be an attack");
	risk_find(exception->rule.argv, exception->rule.argv_len,
		  risk_is_shell(exception_program(alert)), exception_comment, out);
	buffer_puts(out, "# It does not match if another variable may change what is run; see "
		    "EXCEPTIONS in\n# shelltrap-policy(5).");
	if (!exception->rule.argv_holes)
		buffer_puts(out, " Parts of argv that vary can be holes, such as {number}.");
	if (exception->rule.cwd && !exception_needs_cwd(&alert->process))
		buffer_puts(out, "\n# Remove cwd if the directory varies: the command line does "
			    "not depend on it.");
	buffer_putc(out, '\n');
}

/* Bytes of an alert never begin a line, so this is a section. */
static bool exception_has_set(const struct buffer *out, const char *name)
{
	struct buffer header = {0};
	bool has;

	buffer_printf(&header, "\n[set %s]\n", name);
	has = out->data && strstr(out->data, header.data);
	buffer_free(&header);
	return has;
}

static void exception_put_sections(struct buffer *out, const struct exception *exception)
{
	const struct shelltrap_policy *made = exception->made;
	__u32 i;

	for (i = 0; i < made->nr_sets; i++) {
		if (strcmp(made->sets[i].name, exception->form->program_set) &&
		    strcmp(made->sets[i].name, exception->form->server_set))
			continue;
		if (exception_has_set(out, made->sets[i].name))
			continue;
		policy_put_set(out, made, i);
		buffer_putc(out, '\n');
	}
	policy_put_rule(out, made, &made->rules[0]);
}

const char *exception_put_form(struct buffer *out, const struct alert *alert,
			       const struct exception_form *form,
			       const struct shelltrap_policy *policy)
{
	struct exception exception = {
		.alert = alert, .form = form, .policy = policy, .made = policy_new(),
	};
	const char *fault = exception_make(&exception);

	if (!fault) {
		exception_put_comments(out, &exception);
		exception_put_sections(out, &exception);
	}
	free(exception.cgroup);
	policy_free(exception.made);
	return fault;
}

const char *exception_put(struct buffer *out, const struct alert *alert, const char *name,
			  const struct shelltrap_policy *policy)
{
	char program_set[SHELLTRAP_LABEL_MAX + 1], server_set[SHELLTRAP_LABEL_MAX + 1];
	const struct exception_form form = {
		.name = name, .program_set = program_set, .server_set = server_set,
		.argv = alert->process.argv.data, .argv_len = alert->process.argv.len,
		.in_cwd = true,
	};

	snprintf(program_set, sizeof(program_set), "%s_program", name);
	snprintf(server_set, sizeof(server_set), "%s_server", name);
	return exception_put_form(out, alert, &form, policy);
}

static void exception_put_part(struct buffer *key, const char *part)
{
	buffer_puts(key, part ? part : "");
	buffer_putc(key, '\0');
}

const char *exception_put_key(struct buffer *key, const struct alert *alert,
			      const struct shelltrap_policy *policy)
{
	const char *fault = exception_refusal(alert, policy), *server;
	const struct alert_rule *leading = alert_leading_rule(alert);
	char *cgroup;

	if (fault)
		return fault;
	if (alert->process.argv.len > SHELLTRAP_EXCEPTION_ARGV_MAX)
		return "the command line is longer than that of an exception can be";
	server = exception_server(alert, policy);
	cgroup = exception_cgroup(alert);
	exception_put_part(key, exception_program(alert));
	exception_put_part(key, server);
	exception_put_part(key, !server && leading ? leading->name : NULL);
	exception_put_part(key, cgroup);
	exception_put_part(key, exception_needs_cwd(&alert->process) ? alert->process.cwd : NULL);
	buffer_add(key, alert->process.environment.data, alert->process.environment.len);
	buffer_printf(key, "%d %" PRIu64, alert->process.uid.known, alert->process.uid.value);
	exception_put_part(key, "");
	free(cgroup);
	return NULL;
}
