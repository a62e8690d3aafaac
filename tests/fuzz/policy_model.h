/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A simple and slow model of the decision: members are a list that is searched from its
 * start, sets are followed one by one, arguments and variables are split into strings.
 */
#ifndef POLICY_MODEL_H
#define POLICY_MODEL_H

#include "fuzz.h"

#include "module/defaults.h"
#include "module/decide.h"
#include "module/environment.h"
#include "module/relative.h"
#include "module/lookup.h"

#define MEMBERS_MAX 64
/* Longer than a name may be. */
#define NAME_ROOM 300
#define BYTES_ROOM 512
#define IDENTITY_SIZE 16

struct bytes {
	size_t len;
	char bytes[BYTES_ROOM];
};

struct model_member {
	enum shelltrap_member_kind kind;
	unsigned int set;
	char text[NAME_ROOM + 1];
	bool is_there;
	struct shelltrap_identity identity;
};

/* The strings that a rule points to. */
struct model_rule {
	struct shelltrap_rule rule;
	char name[64], title[160], threat[160], reference[160], cgroup[64];
	struct bytes argv, not_cgroup;
};

static struct model {
	size_t max_members, max_text, text;
	struct model_member members[MEMBERS_MAX + SHELLTRAP_DEFAULTS_MEMBERS];
	size_t nr_members;
	char sets[SHELLTRAP_SETS_MAX][64];
	bool includes[SHELLTRAP_SETS_MAX][SHELLTRAP_SETS_MAX];
	size_t nr_sets;
	struct model_rule rules[SHELLTRAP_RULES_MAX];
	size_t nr_rules;
} model;

#define VERSION "[version]"

static bool ends_in_version(const char *name, size_t len)
{
	return len >= strlen(VERSION) &&
	       !memcmp(name + len - strlen(VERSION), VERSION, strlen(VERSION));
}

/* How many bytes of a name come before its pattern. */
static size_t stem_of(const char *name, size_t len)
{
	if (len && name[len - 1] == '*')
		return len - 1;
	return ends_in_version(name, len) ? len - strlen(VERSION) : len;
}

/* "", "8.2", "-3.11"; a task's name may have been cut anywhere. */
static bool is_a_version(const char *text)
{
	text += *text == '-';
	return *text != '.' && strspn(text, "0123456789.") == strlen(text);
}

/* Does the name, or the pattern, of @len bytes fit? */
static bool fits_pattern(const char *name, size_t len, const char *text)
{
	size_t stem = stem_of(name, len);

	if (stem == len)
		return strlen(text) == len && !memcmp(name, text, len);
	return !strncmp(name, text, stem) && (name[len - 1] == '*' || is_a_version(text + stem));
}

static bool starts(const char *text, const char *prefix)
{
	return !strncmp(text, prefix, strlen(prefix));
}

static bool is_label(const char *label)
{
	size_t len = strlen(label);

	return len && len <= SHELLTRAP_LABEL_MAX &&
	       strspn(label, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.") ==
	       len;
}

/* Takes room for text; returns false if there is too little. */
static bool model_room(size_t bytes)
{
	if (model.text + bytes > model.max_text)
		return false;
	model.text += bytes;
	return true;
}

static int model_find_set(const char *name)
{
	size_t i;

	for (i = 0; i < model.nr_sets; i++)
		if (!strcmp(model.sets[i], name))
			return i;
	return -1;
}

static bool model_add_set(const char *name)
{
	if (!is_label(name) || model_find_set(name) >= 0 || model.nr_sets == SHELLTRAP_SETS_MAX ||
	    !model_room(strlen(name) + 1))
		return false;
	strcpy(model.sets[model.nr_sets++], name);
	return true;
}

static bool is_name(const char *name, bool comm)
{
	size_t whole = strlen(name), len = stem_of(name, whole);

	return len && (comm || !strchr(name, '/')) && whole <= SHELLTRAP_NAME_MAX &&
	       (len == whole || len <= SHELLTRAP_PREFIX_MAX) &&
	       (!comm || len <= SHELLTRAP_COMM_MAX);
}

/* "PROGRAM:WHAT" */
static bool is_runs(const char *text)
{
	const char *what = strchr(text, ':');
	char program[NAME_ROOM + 1];

	if (!what || strlen(what + 1) > SHELLTRAP_RUNS_MAX)
		return false;
	snprintf(program, sizeof(program), "%.*s", (int)(what - text), text);
	what++;
	return is_name(program, false) &&
	       (what[0] == '/' ? what[strlen(what) - 1] != '/' : is_name(what, false));
}

static bool is_member(enum shelltrap_member_kind kind, const char *text)
{
	if (kind == SHELLTRAP_MEMBER_RUNS)
		return is_runs(text);
	if (kind == SHELLTRAP_MEMBER_PATH)
		return text[0] == '/' && text[strlen(text) - 1] != '/';
	return is_name(text, kind == SHELLTRAP_MEMBER_COMM);
}

static void model_keep_member(enum shelltrap_member_kind kind, unsigned int set, const char *text)
{
	struct model_member *member = &model.members[model.nr_members++];

	member->kind = kind;
	member->set = set;
	strcpy(member->text, text);
}

static bool model_add_member(enum shelltrap_member_kind kind, unsigned int set, const char *text)
{
	if (!is_member(kind, text) || model.nr_members == model.max_members ||
	    !model_room(strlen(text) + 1 + (kind == SHELLTRAP_MEMBER_PATH ? IDENTITY_SIZE : 0)))
		return false;
	model_keep_member(kind, set, text);
	return true;
}

static size_t size_of(const char *string)
{
	return string ? strlen(string) + 1 : 0;
}

static bool is_short(const char *words)
{
	return !words || strlen(words) <= SHELLTRAP_TITLE_MAX;
}

static bool is_enforced(const struct shelltrap_rule *rule)
{
	return rule->action == SHELLTRAP_ACTION_DENY || rule->action == SHELLTRAP_ACTION_KILL;
}

/* Each of them has its NUL. */
static bool are_paths(const struct bytes *paths)
{
	size_t i;

	for (i = 0; i < paths->len; i++)
		if ((!i || !paths->bytes[i - 1]) && paths->bytes[i] != '/')
			return false;
	return paths->len && !paths->bytes[paths->len - 1];
}

static bool are_values(const struct shelltrap_rule *rule)
{
	if (rule->not_cgroup &&
	    (is_enforced(rule) || rule->action == SHELLTRAP_ACTION_HOLD))
		return false;
	if (rule->severity < 1 || rule->severity > 4 || rule->action < 1 || rule->action > 6)
		return false;
	if (rule->action == SHELLTRAP_ACTION_HOLD && rule->cgroup)
		return false;
	if (is_enforced(rule) ? !!rule->cgroup :
				rule->anybody && rule->action != SHELLTRAP_ACTION_OFF)
		return false;
	if (rule->actor ? rule->scope < 1 || rule->scope > 3 : rule->scope)
		return false;
	if (rule->conditions > 31 || (rule->has_uid && rule->uid == UINT32_MAX))
		return false;
	if (rule->action == SHELLTRAP_ACTION_ALLOW)
		return rule->target && rule->conditions < SHELLTRAP_CONDITION_FILE_DROPPED;
	return rule->actor || rule->target || rule->conditions || rule->has_uid || rule->cgroup;
}

static bool is_rule(const struct model_rule *made)
{
	const struct shelltrap_rule *rule = &made->rule;
	size_t i;

	for (i = 0; i < model.nr_rules; i++)
		if (!strcmp(model.rules[i].name, rule->name))
			return false;
	return is_label(rule->name) && are_values(rule) && is_short(rule->title) &&
	       is_short(rule->threat) && is_short(rule->reference) &&
	       (!rule->cgroup || rule->cgroup[0] == '/') &&
	       (!rule->not_cgroup || are_paths(&made->not_cgroup)) &&
	       (!rule->argv || (rule->argv_len && (rule->action == SHELLTRAP_ACTION_OFF ||
						   rule->action == SHELLTRAP_ACTION_ALLOW)));
}

/* Keeps a copy of the rule with its own strings. */
static void model_keep_rule(const struct model_rule *made)
{
	struct model_rule *kept = &model.rules[model.nr_rules++];
	struct shelltrap_rule *rule = &kept->rule;

	*kept = *made;
	rule->name = kept->name;
	rule->title = rule->title ? kept->title : NULL;
	rule->threat = rule->threat ? kept->threat : NULL;
	rule->reference = rule->reference ? kept->reference : NULL;
	rule->cgroup = rule->cgroup ? kept->cgroup : NULL;
	rule->argv = rule->argv ? kept->argv.bytes : NULL;
	rule->not_cgroup = rule->not_cgroup ? kept->not_cgroup.bytes : NULL;
}

static bool model_add_rule(const struct model_rule *made)
{
	const struct shelltrap_rule *rule = &made->rule;

	if (!is_rule(made) || model.nr_rules == SHELLTRAP_RULES_MAX)
		return false;
	if (!model_room(size_of(rule->name) + size_of(rule->title) + size_of(rule->threat) +
			size_of(rule->reference) + size_of(rule->cgroup) +
			(rule->argv ? rule->argv_len : 0) + rule->not_cgroup_len))
		return false;
	model_keep_rule(made);
	return true;
}

static void follow(size_t set, bool *reached)
{
	size_t i;

	for (i = 0; i < model.nr_sets; i++)
		if (model.includes[set][i] && !reached[i]) {
			reached[i] = true;
			follow(i, reached);
		}
}

/* The sets that the set includes, directly or through others. */
static __u64 model_reach(size_t set)
{
	bool reached[SHELLTRAP_SETS_MAX] = {};
	__u64 sets = 0;
	size_t i;

	follow(set, reached);
	for (i = 0; i < model.nr_sets; i++)
		sets += (__u64)reached[i] << i;
	return sets;
}

static __u64 model_all(__u64 sets)
{
	__u64 all = sets;
	size_t i;

	for (i = 0; i < model.nr_sets; i++)
		if (sets >> i & 1)
			all |= model_reach(i);
	return all;
}

static bool model_has_path(__u64 sets)
{
	size_t i;

	for (i = 0; i < model.nr_members; i++)
		if (model.members[i].kind == SHELLTRAP_MEMBER_PATH &&
		    (sets >> model.members[i].set & 1))
			return true;
	return false;
}

static int model_set_at_fault(void)
{
	size_t i;

	for (i = 0; i < model.nr_sets; i++)
		if (model_reach(i) >> i & 1)
			return i;
	return -1;
}

static int model_rule_at_fault(void)
{
	const struct shelltrap_rule *rule;
	size_t i;

	for (i = 0; i < model.nr_rules; i++) {
		rule = &model.rules[i].rule;
		if (rule->action == SHELLTRAP_ACTION_ALLOW &&
		    !model_has_path(model_all(rule->target)))
			return i;
	}
	return -1;
}

static bool fits_name(const struct model_member *member, const char *name,
		      enum shelltrap_name_source source)
{
	const char *text = member->text;
	size_t len = stem_of(text, strlen(text));
	bool task = source == SHELLTRAP_NAME_OF_TASK;

	if (member->kind != SHELLTRAP_MEMBER_NAME &&
	    !(member->kind == SHELLTRAP_MEMBER_COMM && task))
		return false;
	if (task && len > SHELLTRAP_COMM_MAX && strlen(name) == SHELLTRAP_COMM_MAX &&
	    starts(text, name))
		return true;
	return fits_pattern(text, strlen(text), name);
}

static __u64 model_name_sets(const char *name, enum shelltrap_name_source source)
{
	__u64 sets = 0;
	size_t i;

	if (strlen(name) > SHELLTRAP_NAME_MAX)
		return 0;
	for (i = 0; i < model.nr_members; i++)
		if (fits_name(&model.members[i], name, source))
			sets |= (__u64)1 << model.members[i].set;
	return sets;
}

static __u64 model_hosted_sets(const char *program, const char *what)
{
	const char *slash = strrchr(what, '/');
	__u64 sets = 0;
	size_t i, len;

	for (i = 0; *what && strlen(program) <= SHELLTRAP_NAME_MAX && i < model.nr_members; i++) {
		const char *text = model.members[i].text;

		if (model.members[i].kind != SHELLTRAP_MEMBER_RUNS)
			continue;
		len = strchr(text, ':') - text;
		if (fits_pattern(text, len, program) &&
		    fits_pattern(text + len + 1, strlen(text + len + 1),
				 text[len + 1] != '/' && slash ? slash + 1 : what))
			sets |= (__u64)1 << model.members[i].set;
	}
	return sets;
}

struct occasion {
	struct shelltrap_exec exec;
	struct shelltrap_late late;
	char cgroup[64];
	struct bytes argv;
};

/* Compared with a '/' at the end of both, so that /a is not a prefix of /ab. */
static bool is_below(const char *cgroup, const char *wanted)
{
	char longer[80], shorter[80];

	snprintf(longer, sizeof(longer), "%s/", cgroup);
	snprintf(shorter, sizeof(shorter), "%.*s/",
		 (int)strlen(wanted) - (wanted[strlen(wanted) - 1] == '/'), wanted);
	return starts(longer, shorter);
}

static size_t split(const char *argv, size_t len, const char **args)
{
	const char *end = argv + len;
	size_t count = 0;

	for (; argv < end; argv += strlen(argv) + 1)
		args[count++] = argv;
	return count;
}

/* Leaves out the "--" which newer C libraries pass to sh -c. */
static size_t simple_args(const char *argv, size_t len, const char **args)
{
	size_t count = split(argv, len, args), i;

	if (count < 4 || strcmp(args[0], "sh") || strcmp(args[1], "-c") || strcmp(args[2], "--") ||
	    args[3][0] == '-' || args[3][0] == '+')
		return count;
	for (i = 2; i < count - 1; i++)
		args[i] = args[i + 1];
	return count - 1;
}

static bool is_same_argv(const struct shelltrap_rule *rule, const struct shelltrap_late *late)
{
	const char *wanted[BYTES_ROOM], *given[BYTES_ROOM];
	size_t count = simple_args(rule->argv, rule->argv_len, wanted), i;

	if (!late->argv || simple_args(late->argv, late->argv_len, given) != count)
		return false;
	for (i = 0; i < count; i++)
		if (strcmp(wanted[i], given[i]))
			return false;
	return true;
}

static bool is_actor(const struct shelltrap_rule *rule, const struct shelltrap_exec *exec)
{
	__u64 sets = model_all(rule->actor);

	if (!rule->actor || (sets & exec->self))
		return true;
	if (rule->scope == SHELLTRAP_SCOPE_SELF)
		return false;
	if (sets & exec->ancestors)
		return true;
	return rule->scope == SHELLTRAP_SCOPE_LINEAGE && (sets & exec->lineage);
}

static bool is_left_out(const struct shelltrap_rule *rule, const char *cgroup)
{
	const char *at = rule->not_cgroup;

	while (cgroup && at && at < rule->not_cgroup + rule->not_cgroup_len) {
		if (is_below(cgroup, at))
			return true;
		at += strlen(at) + 1;
	}
	return false;
}

/* The first mismatch in the order of their numbers is the result. */
static enum shelltrap_mismatch model_mismatch(const struct shelltrap_rule *rule,
					      const struct occasion *occasion)
{
	const struct shelltrap_exec *exec = &occasion->exec;
	const struct shelltrap_late *late = &occasion->late;
	size_t len;
	bool allow = rule->action == SHELLTRAP_ACTION_ALLOW;
	__u64 target = model_all(rule->target);
	const bool reasons[] = {
		[SHELLTRAP_MISMATCH_OFF] = rule->action == SHELLTRAP_ACTION_OFF,
		[SHELLTRAP_MISMATCH_TARGET] = target && !(target & exec->target),
		[SHELLTRAP_MISMATCH_IDENTITY] = allow && !(target & exec->file),
		[SHELLTRAP_MISMATCH_CONDITION] = (rule->conditions | exec->conditions) !=
						 exec->conditions,
		[SHELLTRAP_MISMATCH_DROPPED] =
			allow && (exec->conditions & SHELLTRAP_CONDITION_FILE_DROPPED),
		[SHELLTRAP_MISMATCH_UID] = rule->has_uid && rule->uid != exec->uid,
		[SHELLTRAP_MISMATCH_ACTOR] = !is_actor(rule, exec),
		[SHELLTRAP_MISMATCH_CGROUP] =
			rule->cgroup && (!late->cgroup || !is_below(late->cgroup, rule->cgroup)),
		[SHELLTRAP_MISMATCH_NOT_ACTOR] = model_all(rule->not_actor) & exec->common,
		[SHELLTRAP_MISMATCH_NOT_CGROUP] = is_left_out(rule, late->cgroup),
		[SHELLTRAP_MISMATCH_RELATIVE] = allow && rule->argv && late->argv &&
			shelltrap_relative(late->argv, late->argv_len, &len),
		[SHELLTRAP_MISMATCH_UNCLEAN] = allow && !late->clean,
		[SHELLTRAP_MISMATCH_ARGV] = rule->argv && !is_same_argv(rule, late),
	};
	size_t i;

	for (i = 0; i < COUNT(reasons); i++)
		if (reasons[i])
			return i;
	return SHELLTRAP_MISMATCH_NONE;
}

/* Which of the rules deny the exec. */
static __u64 model_enforced(__u64 rules, bool server)
{
	__u64 left = 0;
	size_t i;

	for (i = 0; i < model.nr_rules; i++)
		if ((rules >> i & 1) &&
		    (is_enforced(&model.rules[i].rule) ||
		     model.rules[i].rule.action == SHELLTRAP_ACTION_HOLD) &&
		    (server || model.rules[i].rule.anybody))
			left += (__u64)1 << i;
	return left;
}

/* Whether an exception matches in some cgroup: if in any, then in its own. */
static bool model_spares(__u64 rules, const struct occasion *occasion)
{
	struct occasion there = *occasion;
	const struct shelltrap_rule *rule;
	size_t i;

	for (i = 0; i < model.nr_rules; i++) {
		rule = &model.rules[i].rule;
		there.late.cgroup = rule->cgroup;
		if ((rules >> i & 1) && rule->action == SHELLTRAP_ACTION_ALLOW &&
		    !model_mismatch(rule, &there))
			return true;
	}
	return false;
}

/* Variables with which a program runs other code, whatever else is harmless. */
static bool runs_code(const char *variable)
{
	static const char * const known[] = {
		"LD_", "GCONV_PATH=", "ENV=", "BASH_ENV=", "BASH_FUNC_", "SHELLOPTS=", "BASHOPTS=",
		"PS4=", "PERL5", "PERLLIB=", "PYTHONPATH=", "RUBY", "NODE_OPTIONS", "LUA_INIT",
		"GLIBC_TUNABLES=", "OPENSSL_CONF=", "OPENSSL_MODULES=", "PHPRC=",
		"PHP_INI_SCAN_DIR=", "JAVA_TOOL_OPTIONS=", "JDK_JAVA_OPTIONS=", "_JAVA_OPTIONS=",
	};
	size_t i;

	for (i = 0; i < COUNT(known); i++)
		if (starts(variable, known[i]))
			return true;
	return false;
}

/* Looks at variables that end with NUL. Returns what a scan keeps of them. */
static void keep_in_model(const struct bytes *environment, struct bytes *kept)
{
	const char *at = environment->bytes, *end = at + environment->len;
	enum shelltrap_harm harm;

	kept->len = 0;
	for (; memchr(at, '\0', end - at); at += strlen(at) + 1) {
		if (!*at)
			continue;
		harm = shelltrap_environment_harm(at, true, "sh");
		PROMISE(!runs_code(at) || harm == SHELLTRAP_HARM_POSSIBLE);
		PROMISE(!starts(at, "PATH=") || harm);
		if (!harm)
			continue;
		memcpy(kept->bytes + kept->len, at, strlen(at) + 1);
		kept->len += strlen(at) + 1;
	}
}

#endif /* POLICY_MODEL_H */
