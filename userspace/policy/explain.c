// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/explain.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel/record.h"
#include "lib/path.h"
#include "lib/text.h"
#include "lib/xalloc.h"
#include "module/lookup.h"
#include "policy/rule.h"

/* The target and five interpreters, as many as the kernel follows. */
#define ROUNDS_MAX 6
#define UID_UNKNOWN UINT32_MAX

/*
 * An exec of a script has several rounds: the kernel calls the module for the script, for its
 * interpreter, and for the interpreter of an interpreter.
 */
struct round {
	char *path;		/* of the file of this round */
	struct shelltrap_exec exec;
};

struct explanation {
	struct buffer *out;
	struct shelltrap_policy *policy;
	const struct imagined *imagined;
	struct round rounds[ROUNDS_MAX];
	unsigned int nr_rounds;
};

static bool explain_identity(const char *path, struct shelltrap_identity *identity)
{
	struct stat status;

	*identity = (struct shelltrap_identity){0};
	if (path[0] != '/' || stat(path, &status))
		return false;
	identity->ino = status.st_ino;
	identity->dev = status.st_dev;
	return true;
}

/* Finds the files of the policy's paths, as the module does when a policy is committed. */
static void explain_identify_members(struct shelltrap_policy *policy)
{
	struct shelltrap_identity identity;
	__u32 i;

	for (i = 0; i < policy->nr_members; i++)
		if (policy->members[i].kind == SHELLTRAP_MEMBER_PATH &&
		    explain_identity(shelltrap_policy_member(policy, i), &identity))
			shelltrap_policy_identify(policy, i, &identity);
}

static __u64 explain_path_sets(const struct shelltrap_policy *policy, const char *path)
{
	return shelltrap_policy_name_sets(policy, path_name(path), SHELLTRAP_NAME_OF_FILE) |
	       shelltrap_policy_path_sets(policy, path);
}

static __u64 explain_identity_sets(const struct shelltrap_policy *policy, const char *path)
{
	struct shelltrap_identity identity;

	if (!explain_identity(path, &identity))
		return 0;
	return shelltrap_policy_file_sets(policy, &identity);
}

/* The sets of the file itself: by its name after all links, and by its identity. */
static __u64 explain_file_sets(const struct shelltrap_policy *policy, const char *path)
{
	char *real = path[0] == '/' ? realpath(path, NULL) : NULL;
	__u64 sets = explain_identity_sets(policy, path);

	if (real)
		sets |= shelltrap_policy_name_sets(policy, path_name(real), SHELLTRAP_NAME_OF_FILE);
	free(real);
	return sets;
}

static __u64 explain_task_sets(const struct shelltrap_policy *policy, const char *path)
{
	char comm[SHELLTRAP_COMM_MAX + 1];

	/* The kernel cuts the name of a task, too. */
	strncpy(comm, path_name(path), SHELLTRAP_COMM_MAX);
	comm[SHELLTRAP_COMM_MAX] = '\0';
	return shelltrap_policy_name_sets(policy, comm, SHELLTRAP_NAME_OF_TASK);
}

static void explain_add_round(struct explanation *e, const char *path)
{
	const struct imagined *imagined = e->imagined;
	struct round *round = &e->rounds[e->nr_rounds++];
	unsigned int i;

	round->path = xstrdup(path);
	round->exec = (struct shelltrap_exec){
		.target = explain_path_sets(e->policy, imagined->target) |
			  explain_path_sets(e->policy, path) | explain_file_sets(e->policy, path),
		.file = explain_identity_sets(e->policy, path),
		.conditions = imagined->conditions,
		.uid = imagined->has_uid ? imagined->uid : UID_UNKNOWN,
	};
	if (imagined->conditions & (SHELLTRAP_CONDITION_STDIN_CONNECTED |
				    SHELLTRAP_CONDITION_STDOUT_CONNECTED))
		round->exec.conditions |= SHELLTRAP_CONDITION_STDIO_CONNECTED;
	if (imagined->actor)
		round->exec.self = explain_task_sets(e->policy, imagined->actor);
	if (imagined->actor && imagined->actor[0] == '/')
		round->exec.self |= explain_file_sets(e->policy, imagined->actor) |
				    explain_path_sets(e->policy, imagined->actor);
	if (imagined->actor && imagined->runs)
		round->exec.lineage = shelltrap_policy_hosted_sets(e->policy,
								   path_name(imagined->actor),
								   imagined->runs);
	for (i = 0; i < imagined->nr_ancestors; i++)
		round->exec.ancestors |= explain_task_sets(e->policy, imagined->ancestors[i]);
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
		.argv = imagined->argv.len ? imagined->argv.data : NULL,
		.argv_len = imagined->argv.len,
		.clean = !(imagined->conditions & SHELLTRAP_CONDITION_CODE_INJECTED),
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

/* The mismatch of the round in which the rule comes closest to a match. */
static enum shelltrap_mismatch explain_rule(const struct explanation *e,
					    const struct shelltrap_rule *rule)
{
	enum shelltrap_mismatch mismatch, closest = SHELLTRAP_MISMATCH_NONE;
	unsigned int i;

	for (i = 0; i < e->nr_rounds; i++) {
		mismatch = explain_round(e, rule, &e->rounds[i]);
		if (!mismatch)
			return SHELLTRAP_MISMATCH_NONE;
		if (mismatch > closest)
			closest = mismatch;
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
	[SHELLTRAP_MISMATCH_CGROUP] = "no: another cgroup",
	[SHELLTRAP_MISMATCH_ENVIRONMENT] = "no: the environment is not clean",
	[SHELLTRAP_MISMATCH_ARGV] = "no: another command line",
};

static void explain_put_rules(const struct explanation *e)
{
	const struct shelltrap_policy *policy = e->policy;
	__u32 i;

	for (i = 0; i < policy->nr_rules; i++)
		buffer_printf(e->out, "%-24s %s\n", policy->rules[i].name,
			      mismatches[explain_rule(e, &policy->rules[i])]);
}

static __u64 explain_matching_rules(const struct explanation *e)
{
	__u64 matching = 0;
	__u32 i;

	for (i = 0; i < e->policy->nr_rules; i++)
		if (!explain_rule(e, &e->policy->rules[i]))
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
	return enforced & policy->denying ? OUTCOME_KILLED_LATE : OUTCOME_KILLED;
}

static const char *const outcomes[] = {
	[OUTCOME_RUNS] = "an alert",
	[OUTCOME_NO_SERVER] = "an alert",
	[OUTCOME_SPARED] = "an alert",
	[OUTCOME_KILLED] = "killed",
	[OUTCOME_KILLED_LATE] = "killed",
	[OUTCOME_DENIED] = "denied",
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
	if (!(imagined->conditions & (SHELLTRAP_CONDITION_STDIN_CONNECTED |
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
	if (!imagined->argv.len)
		buffer_puts(e->out, "assumed: a command line that no rule names\n");
	buffer_puts(e->out, "assumed: the exec completes, in a clean environment\n");
	if (shelltrap_policy_enforces(e->policy))
		buffer_puts(e->out,
			    "assumed: rules that deny or kill are enforced, not only observed\n");
}

void policy_explain(struct buffer *out, struct shelltrap_policy *policy,
		    const struct imagined *imagined)
{
	struct explanation e = { .out = out, .policy = policy, .imagined = imagined };

	explain_identify_members(policy);
	explain_add_rounds(&e);
	explain_put_rounds(&e);
	explain_put_assumed(&e);
	explain_put_rules(&e);
	buffer_puts(out, "outcome: ");
	explain_put_outcome(&e);
	buffer_putc(out, '\n');
	explain_free_rounds(&e);
}

void policy_outcome(struct buffer *out, struct shelltrap_policy *policy,
		    const struct imagined *imagined)
{
	struct explanation e = { .out = out, .policy = policy, .imagined = imagined };

	explain_identify_members(policy);
	explain_add_rounds(&e);
	explain_put_outcome(&e);
	explain_free_rounds(&e);
}
