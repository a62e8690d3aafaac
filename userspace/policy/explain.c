// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/explain.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel/record.h"
#include "kernel/unclean.h"
#include "lib/text.h"
#include "lib/xalloc.h"
#include "module/environment.h"
#include "module/relative.h"
#include "policy/fit.h"
#include "policy/rule.h"
#include "policy/text.h"

/* The target and five interpreters, as many as the kernel follows. */
#define ROUNDS_MAX 6
#define UID_UNKNOWN UINT32_MAX
/* The caller, what it runs, its ancestors, its server by file and by name, and its port. */
#define ACTORS_MAX (POLICY_ANCESTORS_MAX + 5)
/* Where the text after a rule's name begins. */
#define DETAILS "                         "

/*
 * An exec of a script has several rounds: the kernel calls the module for the script, for its
 * interpreter, and for the interpreter of an interpreter.
 */
struct round {
	char *path;		/* of the file of this round */
	struct fit targets[2];
	struct shelltrap_exec exec;
};

/* What the actor of a rule is compared with. */
struct actor {
	enum shelltrap_scope scope;	/* the smallest scope of a rule that looks here */
	struct fit fit;
};

struct explanation {
	struct buffer *out;
	struct shelltrap_policy *policy;
	const struct imagined *imagined;
	struct round rounds[ROUNDS_MAX];
	unsigned int nr_rounds;
	struct actor actors[ACTORS_MAX];
	unsigned int nr_actors;
};

/* How close a rule comes to a match. */
struct closeness {
	enum shelltrap_mismatch mismatch;	/* of the round in which it comes closest */
	const struct round *round;
};

static void explain_add_actor(struct explanation *e, enum shelltrap_scope scope,
			      enum fit_kind kind, const char *role, const char *name)
{
	e->actors[e->nr_actors++] = (struct actor){
		.scope = scope,
		.fit = {
			.kind = kind,
			.role = role,
			.name = name,
			.runs = e->imagined->runs,
			.port = e->imagined->port,
		},
	};
}

static void explain_add_actors(struct explanation *e)
{
	const struct imagined *imagined = e->imagined;
	unsigned int i;

	explain_add_actor(e, SHELLTRAP_SCOPE_SELF, FIT_CALLER, "caller", imagined->actor);
	explain_add_actor(e, SHELLTRAP_SCOPE_LINEAGE, FIT_RUNS, "caller", imagined->actor);
	for (i = 0; i < imagined->nr_ancestors; i++)
		explain_add_actor(e, SHELLTRAP_SCOPE_ANCESTORS, FIT_TASK, "ancestor",
				  imagined->ancestors[i]);
	explain_add_actor(e, SHELLTRAP_SCOPE_LINEAGE, FIT_CALLER, "server", imagined->server);
	explain_add_actor(e, SHELLTRAP_SCOPE_LINEAGE, FIT_TASK, "server", imagined->server_comm);
	explain_add_actor(e, SHELLTRAP_SCOPE_LINEAGE, FIT_PORT, "server", imagined->server);
}

/*
 * What the server of the caller is for certain. Nothing says whether that server descends from
 * yet another one.
 */
static __u64 explain_common(const struct explanation *e)
{
	const struct imagined *imagined = e->imagined;
	const char *name = imagined->server;
	struct fit fits[] = {
		{ .kind = FIT_CALLER }, { .kind = FIT_TASK },
		{ .kind = FIT_RUNS, .runs = imagined->runs },
	};
	__u64 common = 0;
	size_t i;

	/* The port is the caller's. */
	for (i = 0; !name && i < e->nr_actors; i++)
		if (fit_sets(e->policy, &e->actors[i].fit) & e->policy->actors)
			name = e->actors[i].fit.name ? e->actors[i].fit.name : imagined->actor;
	for (i = 0; i < ARRAY_SIZE(fits); i++) {
		fits[i].name = fits[i].kind == FIT_TASK ? imagined->server_comm : name;
		common |= fit_sets(e->policy, &fits[i]);
	}
	return common;
}

static void explain_find_actors(const struct explanation *e, struct shelltrap_exec *exec)
{
	unsigned int i;

	for (i = 0; i < e->nr_actors; i++) {
		__u64 sets = fit_sets(e->policy, &e->actors[i].fit);

		if (e->actors[i].scope == SHELLTRAP_SCOPE_SELF)
			exec->self |= sets;
		else if (e->actors[i].scope == SHELLTRAP_SCOPE_ANCESTORS)
			exec->ancestors |= sets;
		else
			exec->lineage |= sets;
	}
	exec->common = explain_common(e);
}

static void explain_add_round(struct explanation *e, const char *path)
{
	const struct imagined *imagined = e->imagined;
	struct round *round = &e->rounds[e->nr_rounds++];
	struct fit identity = { .kind = FIT_IDENTITY };

	round->path = xstrdup(path);
	identity.name = round->path;
	round->targets[0] = (struct fit){
		.kind = FIT_FILE,
		.role = e->nr_rounds == 1 ? "target" : "interpreter",
		.name = round->path,
	};
	round->targets[1] = (struct fit){
		.kind = FIT_NAME,
		.role = "target",
		.name = imagined->target,
	};
	round->exec = (struct shelltrap_exec){
		.target = fit_sets(e->policy, &round->targets[0]) |
			  fit_sets(e->policy, &round->targets[1]),
		.file = fit_sets(e->policy, &identity),
		.conditions = imagined->conditions,
		.uid = imagined->has_uid ? imagined->uid : UID_UNKNOWN,
	};
	if (imagined->conditions & (SHELLTRAP_CONDITION_STDIN_CONNECTED |
				    SHELLTRAP_CONDITION_STDOUT_CONNECTED))
		round->exec.conditions |= SHELLTRAP_CONDITION_STDIO_CONNECTED;
	explain_find_actors(e, &round->exec);
}

/* The interpreter in the "#!" line of a file, which the caller frees, or NULL. */
static char *explain_interpreter(const char *path)
{
	int fd = path[0] == '/' ? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;
	char line[256 + 1];
	const char *start;
	ssize_t len = fd < 0 ? -1 : read(fd, line, sizeof(line) - 1);

	if (fd >= 0)
		close(fd);
	if (len < 2 || line[0] != '#' || line[1] != '!')
		return NULL;
	line[len] = '\0';
	start = line + 2 + strspn(line + 2, " \t");
	return xstrndup(start, strcspn(start, " \t\n"));
}

static void explain_add_rounds(struct explanation *e)
{
	const struct imagined *imagined = e->imagined;
	char *interpreter = NULL;

	explain_add_round(e, imagined->target);
	if (imagined->interpreter)
		explain_add_round(e, imagined->interpreter);
	while (e->nr_rounds < ROUNDS_MAX) {
		interpreter = explain_interpreter(e->rounds[e->nr_rounds - 1].path);
		if (!interpreter || !*interpreter)
			break;
		explain_add_round(e, interpreter);
		free(interpreter);
		interpreter = NULL;
	}
	free(interpreter);
}

static struct shelltrap_late explain_late(const struct imagined *imagined)
{
	return (struct shelltrap_late){
		.cgroup = imagined->cgroup,
		.cwd = imagined->cwd,
		.argv = imagined->argv.len ? imagined->argv.data : NULL,
		.argv_len = imagined->argv.len,
		.clean = !(imagined->conditions & SHELLTRAP_CONDITION_CODE_INJECTED) &&
			 !imagined->unclean,
		.environment = imagined->environment.len ? imagined->environment.data : NULL,
		.environment_len = imagined->environment.len,
	};
}

static void explain_free_rounds(struct explanation *e)
{
	while (e->nr_rounds)
		free(e->rounds[--e->nr_rounds].path);
}

static enum shelltrap_mismatch explain_round(const struct explanation *e,
					     const struct shelltrap_rule *rule,
					     const struct round *round)
{
	const struct shelltrap_late late = explain_late(e->imagined);
	enum shelltrap_mismatch mismatch = shelltrap_policy_mismatch(rule, &round->exec);

	if (!mismatch)
		mismatch = shelltrap_policy_actor_mismatch(rule, &round->exec);
	return mismatch ? mismatch : shelltrap_policy_late_mismatch(rule, &late);
}

static struct closeness explain_rule(const struct explanation *e,
				     const struct shelltrap_rule *rule)
{
	struct closeness closest = { SHELLTRAP_MISMATCH_NONE, &e->rounds[0] };
	unsigned int i;

	for (i = 0; i < e->nr_rounds; i++) {
		enum shelltrap_mismatch mismatch = explain_round(e, rule, &e->rounds[i]);

		if (mismatch && mismatch <= closest.mismatch)
			continue;
		closest = (struct closeness){ mismatch, &e->rounds[i] };
		if (!mismatch)
			break;
	}
	return closest;
}

static const char *const mismatches[] = {
	[SHELLTRAP_MISMATCH_NONE] = "matches",
	[SHELLTRAP_MISMATCH_OFF] = "no: the rule is off",
	[SHELLTRAP_MISMATCH_TARGET] = "no: the target is in none of its sets",
	[SHELLTRAP_MISMATCH_IDENTITY] =
		"no: the target is in its sets by name, but is another file",
	[SHELLTRAP_MISMATCH_CONDITION] = "no: stdin, stdout, the file or its code does not match",
	[SHELLTRAP_MISMATCH_DROPPED] = "no: an exception never matches a dropped file",
	[SHELLTRAP_MISMATCH_UID] = "no: another user",
	[SHELLTRAP_MISMATCH_ACTOR] = "no: the caller is in none of its sets",
	[SHELLTRAP_MISMATCH_NOT_ACTOR] = "no: the rule is off for this server",
	[SHELLTRAP_MISMATCH_CGROUP] = "no: another cgroup",
	[SHELLTRAP_MISMATCH_NOT_CGROUP] = "no: the rule is off in this cgroup",
	[SHELLTRAP_MISMATCH_ARGV] = "no: another command line",
	[SHELLTRAP_MISMATCH_CWD] = "no: another working directory",
	[SHELLTRAP_MISMATCH_RELATIVE] =
		"no: the command line depends on the working directory, and the rule has no cwd",
	[SHELLTRAP_MISMATCH_UNCLEAN] = "no: something else may change what is run",
	[SHELLTRAP_MISMATCH_ENVIRONMENT] = "no: a variable may change what is run",
};

static void explain_put_name(struct buffer *out, const struct fit *fit)
{
	buffer_printf(out, "%s ", fit->role);
	text_put(out, fit->name ? fit->name : "of unknown name", TEXT_ASCII);
}

/* "target /bin/sh: names = sh in [set shells]". Returns false if it is in none of the sets. */
static bool explain_put_fit(const struct explanation *e, __u64 sets, const struct fit *fit)
{
	int member = -1;

	if (fit_sets(e->policy, fit) & sets)
		member = fit_member(e->policy, sets, fit);
	if (member < 0)
		return false;
	buffer_puts(e->out, DETAILS);
	explain_put_name(e->out, fit);
	buffer_puts(e->out, ": ");
	fit_put_member(e->out, e->policy, member);
	buffer_putc(e->out, '\n');
	return true;
}

static void explain_put_nearest(const struct explanation *e, __u64 sets, const struct fit *fit)
{
	int nearest = fit_nearest(e->policy, sets, fit);

	if (nearest < 0)
		return;
	buffer_puts(e->out, DETAILS "closest to ");
	explain_put_name(e->out, fit);
	buffer_puts(e->out, ": ");
	fit_put_member(e->out, e->policy, nearest);
	buffer_putc(e->out, '\n');
}

static void explain_put_nearest_actors(const struct explanation *e,
				       const struct shelltrap_rule *rule)
{
	unsigned int i;

	for (i = 0; i < e->nr_actors; i++) {
		const struct fit *fit = &e->actors[i].fit;

		if (fit->kind != FIT_RUNS && fit->kind != FIT_PORT)
			explain_put_nearest(e, rule->all_actor, fit);
	}
}

static void explain_put_target(const struct explanation *e, const struct shelltrap_rule *rule,
			       const struct round *round)
{
	size_t i;

	for (i = 0; rule->target && i < ARRAY_SIZE(round->targets); i++)
		if (explain_put_fit(e, rule->all_target, &round->targets[i]))
			return;
}

static void explain_put_actor(const struct explanation *e, const struct shelltrap_rule *rule)
{
	unsigned int i;

	for (i = 0; rule->actor && i < e->nr_actors; i++)
		if (e->actors[i].scope <= rule->scope &&
		    explain_put_fit(e, rule->all_actor, &e->actors[i].fit))
			return;
}

/* Adds a line, or several, to what follows the name of a rule. */
static void explain_put_detail(const struct explanation *e, const char *what,
			       const struct buffer *lines)
{
	const char *line = lines->data;

	while (line && *line) {
		size_t len = strcspn(line, "\n");

		buffer_printf(e->out, DETAILS "%s", what);
		text_put_bytes(e->out, line, len, TEXT_ASCII);
		buffer_putc(e->out, '\n');
		line += len + !!line[len];
	}
}

static void explain_put_command_lines(const struct explanation *e,
				      const struct shelltrap_rule *rule)
{
	struct buffer line = {0};

	policy_put_argv(&line, rule->argv, rule->argv_len, rule->argv_holes);
	explain_put_detail(e, "the rule has ", &line);
	buffer_reset(&line);
	policy_put_argv(&line, e->imagined->argv.data, e->imagined->argv.len, false);
	explain_put_detail(e, "the exec has ", &line);
	buffer_free(&line);
}

static void explain_put_unclean(__u32 unclean, struct buffer *line)
{
	const char *name;
	size_t next = 0;

	while ((name = unclean_next(unclean, &next)))
		buffer_printf(line, "%s\n", name);
}

/* The first directory on the way to a path to which others than root may write, now and here. */
static void explain_put_directory(const char *path, size_t len, struct buffer *line)
{
	char prefix[PATH_MAX];
	struct stat st;
	size_t end;

	if (!len || *path != '/')
		buffer_printf(line, "in it '%.*s', which is no absolute path\n", (int)len, path);
	for (end = 1; *path == '/' && end <= len && end < sizeof(prefix); end++) {
		if (end > 1 && end < len && path[end] != '/')
			continue;
		memcpy(prefix, path, end);
		prefix[end] = '\0';
		if (stat(prefix, &st))
			return;
		if (!st.st_uid && !(st.st_mode & 022))
			continue;
		buffer_printf(line, "in it %s, to which not only root can write\n", prefix);
		return;
	}
}

static void explain_put_paths(const char *variable, struct buffer *line)
{
	const char *at = strchr(variable, '=') + 1, *path;
	size_t len;

	while ((path = shelltrap_environment_path(&at, &len)))
		explain_put_directory(path, len, line);
}

/* Each variable that the exception does not name, and which of its directories is to blame. */
static void explain_put_strangers(const struct imagined *imagined,
				  const struct shelltrap_rule *rule, struct buffer *line)
{
	const char *at = imagined->environment.data, *end = at + imagined->environment.len;
	struct shelltrap_reader reader;
	bool is_read;

	shelltrap_reader_begin(&reader, imagined->argv.data, imagined->argv.len);
	for (; at < end; at += strlen(at) + 1) {
		if (!shelltrap_environment_stranger(rule->environment, rule->environment_len, at,
						    strlen(at) + 1))
			continue;
		is_read = shelltrap_reader_reads(&reader, at);
		buffer_printf(line, "%s%s\n", at, is_read ? " (the command line reads it)" : "");
		if (shelltrap_environment_harm(at, true, "") == SHELLTRAP_HARM_BY_PATH)
			explain_put_paths(at, line);
	}
}

/* What the exec has instead, so far as it is known. */
static void explain_put_had(const struct explanation *e, const struct shelltrap_rule *rule,
			    enum shelltrap_mismatch mismatch, struct buffer *line)
{
	const struct imagined *imagined = e->imagined;
	const char *word = NULL;
	size_t len;

	if (mismatch == SHELLTRAP_MISMATCH_CWD && imagined->cwd)
		buffer_printf(line, "cwd = %s", imagined->cwd);
	if (mismatch == SHELLTRAP_MISMATCH_UNCLEAN)
		explain_put_unclean(imagined->unclean, line);
	if (mismatch == SHELLTRAP_MISMATCH_ENVIRONMENT)
		explain_put_strangers(imagined, rule, line);
	if (mismatch == SHELLTRAP_MISMATCH_RELATIVE)
		word = shelltrap_relative(imagined->argv.data, imagined->argv.len, &len);
	if (word)
		buffer_add(line, word, len);
}

static void explain_put_wanted(const struct explanation *e, const struct shelltrap_rule *rule,
			       enum shelltrap_mismatch mismatch, const struct round *round)
{
	struct buffer line = {0};

	if (mismatch == SHELLTRAP_MISMATCH_CONDITION)
		policy_put_conditions(&line, rule->conditions & ~round->exec.conditions);
	if (mismatch == SHELLTRAP_MISMATCH_UID)
		buffer_printf(&line, "uid = %u", rule->uid);
	if (mismatch == SHELLTRAP_MISMATCH_CGROUP)
		buffer_printf(&line, "cgroup = %s", rule->cgroup);
	if (mismatch == SHELLTRAP_MISMATCH_CWD)
		buffer_printf(&line, "cwd = %s", rule->cwd);
	if (mismatch == SHELLTRAP_MISMATCH_NOT_ACTOR)
		policy_put_left_out(&line, e->policy, rule->not_actor, NULL, 0);
	if (mismatch == SHELLTRAP_MISMATCH_NOT_CGROUP)
		policy_put_left_out(&line, e->policy, 0, rule->not_cgroup, rule->not_cgroup_len);
	explain_put_detail(e, "the rule has ", &line);
	buffer_reset(&line);
	explain_put_had(e, rule, mismatch, &line);
	explain_put_detail(e, "the exec has ", &line);
	buffer_free(&line);
}

/* By which members the rule matches, or what it would take for a match. */
static void explain_put_details(const struct explanation *e, const struct shelltrap_rule *rule,
				const struct closeness *closest)
{
	enum shelltrap_mismatch mismatch = closest->mismatch;

	if (mismatch == SHELLTRAP_MISMATCH_OFF)
		return;
	if (mismatch == SHELLTRAP_MISMATCH_TARGET) {
		explain_put_nearest(e, rule->all_target, &closest->round->targets[0]);
		return;
	}
	explain_put_target(e, rule, closest->round);
	if (mismatch == SHELLTRAP_MISMATCH_ACTOR)
		explain_put_nearest_actors(e, rule);
	else if (!mismatch || mismatch > SHELLTRAP_MISMATCH_ACTOR)
		explain_put_actor(e, rule);
	if (mismatch == SHELLTRAP_MISMATCH_ARGV)
		explain_put_command_lines(e, rule);
	else
		explain_put_wanted(e, rule, mismatch, closest->round);
}

static void explain_put_rules(const struct explanation *e)
{
	const struct shelltrap_policy *policy = e->policy;
	__u32 i;

	for (i = 0; i < policy->nr_rules; i++) {
		const struct shelltrap_rule *rule = &policy->rules[i];
		struct closeness closest = explain_rule(e, rule);

		buffer_printf(e->out, "%-24s %s\n", rule->name, mismatches[closest.mismatch]);
		explain_put_details(e, rule, &closest);
	}
}

/* Where no rule that alerts matches: the one that comes closest to a match. */
static void explain_put_closest(const struct explanation *e)
{
	const struct shelltrap_policy *policy = e->policy;
	enum shelltrap_mismatch most = SHELLTRAP_MISMATCH_OFF;
	const struct shelltrap_rule *closest = NULL;
	__u32 i;

	for (i = 0; i < policy->nr_rules; i++) {
		enum shelltrap_mismatch mismatch = explain_rule(e, &policy->rules[i]).mismatch;

		if (!(policy->alerting >> i & 1))
			continue;
		if (!mismatch)
			return;
		if (mismatch > most) {
			most = mismatch;
			closest = &policy->rules[i];
		}
	}
	if (closest && most > SHELLTRAP_MISMATCH_TARGET)
		buffer_printf(e->out, "closest: %s; %s\n", closest->name, mismatches[most]);
}

static __u64 explain_matching_rules(const struct explanation *e)
{
	__u64 matching = 0;
	__u32 i;

	for (i = 0; i < e->policy->nr_rules; i++)
		if (!explain_rule(e, &e->policy->rules[i]).mismatch)
			matching |= (__u64)1 << i;
	return matching;
}

/* What happens to the exec. */
enum outcome {
	OUTCOME_RUNS,
	OUTCOME_NO_SERVER,	/* it runs: the rules deny only below a server */
	OUTCOME_SPARED,		/* it runs: an exception matches, except for its cgroup */
	OUTCOME_KILLED,
	OUTCOME_KILLED_LATE,	/* killed, not denied: an exception could still have matched */
	OUTCOME_DENIED,
	OUTCOME_HELD,
};

/* Whether the caller, one of its ancestors or its lineage is an actor of a rule. */
static bool explain_is_server(const struct explanation *e)
{
	const struct shelltrap_exec *exec = &e->rounds[0].exec;

	return e->policy->actors & (exec->self | exec->ancestors | exec->lineage);
}

/* As in the module, the first round with a rule that denies, and no exception, decides. */
static enum outcome explain_outcome(const struct explanation *e, __u64 *exceptions)
{
	const struct shelltrap_policy *policy = e->policy;
	const struct shelltrap_late late = explain_late(e->imagined);
	__u64 rules = 0, enforced = 0;
	unsigned int i;

	for (i = 0; i < e->nr_rounds; i++) {
		const struct shelltrap_exec *exec = &e->rounds[i].exec;

		rules |= shelltrap_policy_decide(policy, shelltrap_policy_candidates(policy, exec),
						 exec);
		enforced = shelltrap_policy_enforced(policy, rules, explain_is_server(e));
		*exceptions = rules & policy->allowing;
		if ((enforced & policy->denying) && !*exceptions)
			return OUTCOME_DENIED;
	}
	if (!enforced)
		return shelltrap_policy_enforced(policy, rules, true) ? OUTCOME_NO_SERVER :
									OUTCOME_RUNS;
	if (shelltrap_policy_exception_matches(policy, rules, &late))
		return OUTCOME_SPARED;
	if (enforced & policy->denying)
		return OUTCOME_KILLED_LATE;
	return enforced & policy->killing ? OUTCOME_KILLED : OUTCOME_HELD;
}

static const char *const outcomes[] = {
	[OUTCOME_RUNS] = "an alert",
	[OUTCOME_NO_SERVER] = "an alert",
	[OUTCOME_SPARED] = "an alert",
	[OUTCOME_KILLED] = "killed",
	[OUTCOME_KILLED_LATE] = "killed",
	[OUTCOME_DENIED] = "denied",
	[OUTCOME_HELD] = "held",
};

static void explain_put_why_not_denied(struct explanation *e, enum outcome becomes,
				       __u64 exceptions)
{
	if (becomes == OUTCOME_NO_SERVER)
		buffer_puts(e->out, "; not denied: neither the caller nor an ancestor is a server");
	if (becomes == OUTCOME_SPARED)
		buffer_puts(e->out, "; not denied: an exception matches except for its cgroup");
	if (becomes == OUTCOME_KILLED_LATE)
		buffer_printf(e->out, "; not denied: the exception %s may match, "
			      "but the command line is known too late",
			      e->policy->rules[shelltrap_policy_leading(e->policy,
									exceptions)].name);
}

static void explain_put_outcome(struct explanation *e)
{
	const struct shelltrap_policy *policy = e->policy;
	__u64 matching = explain_matching_rules(e);
	int exception = shelltrap_policy_leading(policy, matching & policy->allowing);
	int leading = shelltrap_policy_leading(policy, matching & policy->alerting);
	__u64 exceptions = 0;
	enum outcome becomes = explain_outcome(e, &exceptions);

	if (leading < 0) {
		buffer_puts(e->out, "nothing");
		return;
	}
	if (exception >= 0 && becomes != OUTCOME_DENIED) {
		buffer_printf(e->out, "silenced by the exception %s",
			      policy->rules[exception].name);
		return;
	}
	buffer_printf(e->out, "%s, led by %s, severity %s", outcomes[becomes],
		      policy->rules[leading].name,
		      severity_name(policy->rules[leading].severity));
	explain_put_why_not_denied(e, becomes, exceptions);
}

static void explain_put_rounds(struct explanation *e)
{
	unsigned int i;

	for (i = 0; i < e->nr_rounds; i++) {
		const char *path = e->rounds[i].path;
		char *real = path[0] == '/' ? realpath(path, NULL) : NULL;

		buffer_puts(e->out, i ? "interpreter: " : "target: ");
		text_put(e->out, path, TEXT_ASCII);
		if (!real) {
			buffer_puts(e->out, ", which is not on this machine: only its name counts");
		} else if (strcmp(real, path)) {
			buffer_puts(e->out, ", which is ");
			text_put(e->out, real, TEXT_ASCII);
		}
		buffer_putc(e->out, '\n');
		free(real);
	}
}

/* What the user has not given. */
static void explain_put_assumed(struct explanation *e)
{
	const struct imagined *imagined = e->imagined;

	if (imagined->actor && imagined->actor[0] != '/')
		buffer_puts(e->out, "assumed: only the name of the caller's task is known\n");
	if (!imagined->knows_stdio &&
	    !(imagined->conditions & (SHELLTRAP_CONDITION_STDIN_CONNECTED |
				      SHELLTRAP_CONDITION_STDOUT_CONNECTED)))
		buffer_puts(e->out, "assumed: neither stdin nor stdout is a connected socket\n");
	if (!(imagined->conditions & SHELLTRAP_CONDITION_FILE_DROPPED))
		buffer_puts(e->out, "assumed: the file is not dropped\n");
	if (!(imagined->conditions & SHELLTRAP_CONDITION_CODE_INJECTED))
		buffer_puts(e->out, "assumed: no code is injected into the target\n");
	if (!imagined->has_uid)
		buffer_puts(e->out, "assumed: a user that no rule names\n");
	if (!imagined->cgroup)
		buffer_puts(e->out, "assumed: a cgroup that no rule names\n");
	if (!imagined->cwd)
		buffer_puts(e->out, "assumed: a working directory that no rule names\n");
	if (!imagined->argv.len)
		buffer_puts(e->out, "assumed: a command line that no rule names\n");
	buffer_puts(e->out, imagined->knows_clean ? "assumed: the exec completes\n" :
		    "assumed: the exec completes, in a clean environment\n");
	if (shelltrap_policy_enforces(e->policy))
		buffer_puts(e->out,
			    "assumed: rules that deny or kill are enforced, not only observed\n");
}

static void explain_start(struct explanation *e)
{
	explain_add_actors(e);
	explain_add_rounds(e);
}

void policy_explain(struct buffer *out, struct shelltrap_policy *policy,
		    const struct imagined *imagined)
{
	struct explanation e = { .out = out, .policy = policy, .imagined = imagined };

	fit_identify(policy);
	explain_start(&e);
	buffer_puts(out, "outcome: ");
	explain_put_outcome(&e);
	buffer_putc(out, '\n');
	explain_put_closest(&e);
	explain_put_rounds(&e);
	explain_put_rules(&e);
	explain_put_assumed(&e);
	explain_free_rounds(&e);
}

void policy_outcome(struct buffer *out, struct shelltrap_policy *policy,
		    const struct imagined *imagined)
{
	struct explanation e = { .out = out, .policy = policy, .imagined = imagined };

	fit_identify(policy);
	explain_start(&e);
	explain_put_outcome(&e);
	explain_free_rounds(&e);
}

const char *policy_exception_miss(struct shelltrap_policy *policy, unsigned int rule,
				  const struct imagined *imagined)
{
	struct explanation e = { .policy = policy, .imagined = imagined };
	enum shelltrap_mismatch mismatch;
	const char *miss = NULL;
	__u64 exceptions = 0;

	explain_start(&e);
	mismatch = explain_rule(&e, &policy->rules[rule]).mismatch;
	if (mismatch)
		miss = mismatches[mismatch] + strlen("no: ");
	else if (explain_outcome(&e, &exceptions) == OUTCOME_DENIED)
		miss = "a rule denies the exec before its command line is known";
	explain_free_rounds(&e);
	return miss;
}
