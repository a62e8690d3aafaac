// SPDX-License-Identifier: GPL-2.0
/*
 * Compares the decision with its model. The input is a program: the size of a policy, what
 * to add to it, and then what to look up and to decide with it.
 */
#include "policy_model.h"
#include "runtime.h"

/* Included for its static tables; two of them have names that clash with others here. */
#define sets built_in_sets
#define rules built_in_rules
#include "../../module/defaults.c"
#undef sets
#undef rules

#define ADDED_MAX 512

/* A copy of the exact size, so that ASan sees a read beyond its end. */
static void *tight(const void *bytes, size_t len)
{
	void *copy = malloc(len);

	PROMISE(copy);
	memcpy(copy, bytes, len);
	return copy;
}

static char *tight_string(const char *string)
{
	return tight(string, strlen(string) + 1);
}

/* Few distinct results, so that rules often share sets. */
static __u64 take_sets(struct input *in)
{
	uint8_t byte = take_byte(in);

	if (byte == 0xff)
		return ~(__u64)0;
	return byte & 0x80 ? (__u64)1 << (byte & 63) : byte & 15;
}

/* One of few letters, so that names share beginnings; or any byte but NUL. */
static char take_letter(struct input *in, bool any)
{
	uint8_t byte = take_byte(in);

	if (any)
		return byte ? byte : 1;
	return "abc*"[byte & 3];
}

/* A built-in name, a name added before, or a new name. */
static void take_stem(struct input *in, char *name)
{
	uint8_t how = take_byte(in), which = take_byte(in);
	size_t i, len;

	switch (how & 3) {
	case 0:
		strcpy(name, which & 1 ? shells[which / 2 % COUNT(shells)] :
					 web_servers[which / 2 % COUNT(web_servers)]);
		return;
	case 1:
		strcpy(name, model.nr_members ?
			     model.members[which % model.nr_members].text : server_threads[0]);
		return;
	case 2:
		len = which;
		memset(name, take_letter(in, how & 4), len);
		break;
	default:
		len = which & 31;
		for (i = 0; i < len; i++)
			name[i] = take_letter(in, how & 4);
	}
	name[len] = '\0';
}

/* A stem, perhaps cut, and perhaps with letters after it. */
static void take_name(struct input *in, char *name)
{
	uint8_t change = take_byte(in);
	size_t len;

	take_stem(in, name);
	len = strlen(name);
	if ((change & 1) && len)
		len = change & 2 ? len - 1 : take_byte(in) % len;
	for (change >>= 2; change & 3 && len < NAME_ROOM - 1; change--)
		name[len++] = take_letter(in, change & 32);
	name[len] = '\0';
}

/* Most paths begin with '/'. */
static void take_path(struct input *in, char *path)
{
	char name[NAME_ROOM + 1];

	take_name(in, name);
	snprintf(path, NAME_ROOM + 1, "%s%.*s", name[0] == '/' || name[0] == '*' ? "" : "/",
		 NAME_ROOM - 1, name);
}

/* One of few identities, many of which differ in only one number. */
static struct shelltrap_identity take_identity(struct input *in)
{
	uint8_t byte = take_byte(in);

	return (struct shelltrap_identity){
		.ino = (byte & 3) | (__u64)(byte >> 2 & 1) << 32,
		.dev = (byte >> 3 & 1) | (__u32)(byte >> 4 & 1) << 31,
		.generation = (byte >> 5 & 1) | (__u32)(byte >> 6 & 1) << 31,
	};
}

/* Mostly valid labels, the longest of which differ in the last byte; some are invalid. */
static void take_label(struct input *in, char *label, size_t size)
{
	uint8_t byte = take_byte(in);

	if (byte < 64)
		snprintf(label, size, "s%d", byte);
	else if (byte < 128)
		snprintf(label, size, "%0*d", byte < 96 ? 47 : 48, byte & 31);
	else
		snprintf(label, size, "%.*s%c", byte & 1, ".", take_byte(in));
}

static void take_cgroup(struct input *in, char *cgroup)
{
	uint8_t count = take_byte(in) & 7;

	while (count--)
		*cgroup++ = "//ab"[take_byte(in) & 3];
	*cgroup = '\0';
}

static void append(struct bytes *bytes, const void *more, size_t len)
{
	if (bytes->len + len > sizeof(bytes->bytes))
		return;
	memcpy(bytes->bytes + bytes->len, more, len);
	bytes->len += len;
}

/* Arguments that each end with NUL. */
static void take_argv(struct input *in, struct bytes *argv)
{
	static const char * const words[] = { "sh", "-c", "--", "id", "", "-", "s", "bash" };
	uint8_t count = take_byte(in), word;

	argv->len = 0;
	if (count & 0x80)
		append(argv, "sh\0-c", 6);
	if (count & 0x40)
		append(argv, "--", 3);
	for (count &= 7; count; count--) {
		word = take_byte(in);
		append(argv, words[word & 7], strlen(words[word & 7]) + 1);
	}
}

static void try_set(struct input *in, struct shelltrap_policy *policy)
{
	char label[64], *copy;

	take_label(in, label, sizeof(label));
	copy = tight_string(label);
	PROMISE(!shelltrap_policy_add_set(policy, copy) == model_add_set(label));
	free(copy);
	PROMISE(policy->nr_sets == model.nr_sets);
	PROMISE(shelltrap_policy_find_set(policy, label) == model_find_set(label));
}

static void try_include(struct input *in, struct shelltrap_policy *policy)
{
	uint8_t set = take_byte(in), included = take_byte(in);

	if (!model.nr_sets)
		return;
	set %= model.nr_sets;
	included %= model.nr_sets;
	PROMISE(!shelltrap_policy_add_include(policy, set, included) == (set != included));
	if (set != included)
		model.includes[set][included] = true;
}

static void identify(struct input *in, struct shelltrap_policy *policy)
{
	struct model_member *member = &model.members[model.nr_members - 1];
	uint8_t byte = take_byte(in);

	if (member->kind != SHELLTRAP_MEMBER_PATH || !(byte & 1))
		return;
	member->is_there = true;
	member->identity = take_identity(in);
	shelltrap_policy_identify(policy, model.nr_members - 1, &member->identity);
}

/* Most texts have a colon. */
static void take_runs(struct input *in, char *text, bool path)
{
	char program[NAME_ROOM + 1], what[NAME_ROOM + 1];

	take_name(in, program);
	(path ? take_path : take_name)(in, what);
	snprintf(text, NAME_ROOM + 1, "%s:%s", program, what);
}

static void try_member(struct input *in, struct shelltrap_policy *policy)
{
	uint8_t how = take_byte(in), set = take_byte(in);
	enum shelltrap_member_kind kind = how % 4 + 1;
	char text[NAME_ROOM + 1], *copy;
	bool taken;

	if (kind == SHELLTRAP_MEMBER_PATH)
		take_path(in, text);
	else if (kind == SHELLTRAP_MEMBER_RUNS)
		take_runs(in, text, how & 0x80);
	else
		take_name(in, text);
	if (!model.nr_sets)
		return;
	taken = model_add_member(kind, set % model.nr_sets, text);
	copy = tight_string(text);
	PROMISE(!shelltrap_policy_add_member(policy, set % model.nr_sets, kind, copy) == taken);
	free(copy);
	if (!taken)
		return;
	PROMISE(!strcmp(shelltrap_policy_member(policy, model.nr_members - 1), text));
	identify(in, policy);
}

static void take_words(struct input *in, const char **to, char *room, size_t size)
{
	uint8_t len = take_byte(in);

	*to = NULL;
	if (!len)
		return;
	/* About as long as the longest text that is accepted. */
	snprintf(room, size, "%0*d", len & 1 ? 126 + len % 4 : len % 8, len);
	*to = room;
}

/* One path or several, mostly with their NULs. */
static void take_not_cgroup(struct input *in, struct model_rule *made)
{
	uint8_t which = take_byte(in);
	char cgroup[8];

	do {
		take_cgroup(in, cgroup);
		append(&made->not_cgroup, cgroup, strlen(cgroup) + !(which & 4));
	} while (which-- & 3);
	made->rule.not_cgroup = made->not_cgroup.bytes;
	made->rule.not_cgroup_len = made->not_cgroup.len;
}

static void take_strings(struct input *in, struct model_rule *made)
{
	struct shelltrap_rule *rule = &made->rule;
	uint8_t which = take_byte(in);

	if (which & 1)
		take_words(in, &rule->title, made->title, sizeof(made->title));
	if (which & 2)
		take_words(in, &rule->threat, made->threat, sizeof(made->threat));
	if (which & 4)
		take_words(in, &rule->reference, made->reference, sizeof(made->reference));
	if (which & 8) {
		take_cgroup(in, made->cgroup);
		rule->cgroup = made->cgroup;
	}
	if (which & 32)
		take_not_cgroup(in, made);
	if (which & 16) {
		take_argv(in, &made->argv);
		rule->argv = made->argv.bytes;
		rule->argv_len = made->argv.len;
	}
}

static void take_rule(struct input *in, struct model_rule *made)
{
	uint8_t values = take_byte(in), more = take_byte(in);
	struct shelltrap_rule *rule = &made->rule;

	memset(made, 0, sizeof(*made));
	take_label(in, made->name, sizeof(made->name));
	rule->name = made->name;
	/* Mostly valid values. */
	rule->severity = values & 3 ? (values & 3) + 1 : more & 7;
	rule->action = values & 12 ? values >> 2 & 3 : more >> 3 & 7;
	rule->actor = take_sets(in);
	rule->target = take_sets(in);
	rule->scope = more & 0x80 ? more >> 2 & 7 : rule->actor ? values % 3 + 1 : 0;
	rule->anybody = values & 0x80;
	rule->not_actor = more & 0x20 ? take_sets(in) : 0;
	rule->conditions = values & 0x40 ? take_byte(in) & 31 : 0;
	rule->has_uid = values & 0x20;
	rule->uid = values & 0x10 ? 0 : more & 1;
	if (more & 0x40)
		take_strings(in, made);
}

static bool is_same(const char *one, const char *other)
{
	return one && other ? !strcmp(one, other) : one == other;
}

static void check_rule(const struct shelltrap_rule *rule, const struct shelltrap_rule *model_rule)
{
	PROMISE(is_same(rule->name, model_rule->name) && is_same(rule->title, model_rule->title));
	PROMISE(is_same(rule->threat, model_rule->threat));
	PROMISE(is_same(rule->reference, model_rule->reference));
	PROMISE(is_same(rule->cgroup, model_rule->cgroup));
	PROMISE(rule->not_cgroup_len == model_rule->not_cgroup_len &&
		!memcmp(rule->not_cgroup ? rule->not_cgroup : "",
			model_rule->not_cgroup ? model_rule->not_cgroup : "",
			rule->not_cgroup_len));
	PROMISE(!rule->argv == !model_rule->argv);
	PROMISE(!rule->argv || (rule->argv_len == model_rule->argv_len &&
				!memcmp(rule->argv, model_rule->argv, rule->argv_len)));
	PROMISE(rule->severity == model_rule->severity && rule->action == model_rule->action);
	PROMISE(rule->anybody == model_rule->anybody);
}

static void try_rule(struct input *in, struct shelltrap_policy *policy)
{
	struct model_rule made;
	const char *argv, *not_cgroup;
	bool taken;

	take_rule(in, &made);
	taken = model_add_rule(&made);
	argv = made.rule.argv;
	not_cgroup = made.rule.not_cgroup;
	if (argv)
		made.rule.argv = tight(argv, made.rule.argv_len);
	if (not_cgroup)
		made.rule.not_cgroup = tight(not_cgroup, made.rule.not_cgroup_len);
	PROMISE(!shelltrap_policy_add_rule(policy, &made.rule) == taken);
	if (argv)
		free((char *)made.rule.argv);
	if (not_cgroup)
		free((char *)made.rule.not_cgroup);
	PROMISE(policy->nr_rules == model.nr_rules);
}

static void check_facts(const struct shelltrap_policy *policy)
{
	__u64 actors = 0, targets = 0, by_action[SHELLTRAP_ACTION_HOLD + 1] = {}, anybody = 0;
	__u32 conditions = 0;
	bool any_target = false, any_exec = false;
	size_t i;

	for (i = 0; i < model.nr_rules; i++) {
		const struct shelltrap_rule *rule = &model.rules[i].rule;

		check_rule(&policy->rules[i], rule);
		if (rule->action == SHELLTRAP_ACTION_OFF)
			continue;
		by_action[rule->action] += (__u64)1 << i;
		anybody += (__u64)rule->anybody << i;
		actors |= model_all(rule->actor);
		targets |= model_all(rule->target);
		conditions |= rule->conditions;
		conditions |= rule->action == SHELLTRAP_ACTION_ALLOW ? 8 : 0;
		any_target |= rule->actor && !rule->target;
		any_exec |= !rule->actor && !rule->target;
	}
	PROMISE(policy->actors == actors && policy->targets == targets);
	PROMISE(policy->denying == by_action[SHELLTRAP_ACTION_DENY]);
	PROMISE(policy->killing == by_action[SHELLTRAP_ACTION_KILL]);
	PROMISE(policy->alerting == (by_action[SHELLTRAP_ACTION_ALERT] | policy->denying |
				     policy->killing | policy->holding));
	PROMISE(policy->holding == by_action[SHELLTRAP_ACTION_HOLD]);
	PROMISE(policy->allowing == by_action[SHELLTRAP_ACTION_ALLOW]);
	PROMISE(policy->anybody == anybody);
	PROMISE(policy->conditions == conditions);
	PROMISE(policy->any_target == any_target && policy->any_exec == any_exec);
}

static bool try_finish(struct shelltrap_policy *policy)
{
	int rule = -2, set = -2, bad_set = model_set_at_fault();
	int bad_rule = bad_set < 0 ? model_rule_at_fault() : -1;
	bool taken = !shelltrap_policy_finish(policy, &rule, &set);

	PROMISE(set == bad_set && rule == bad_rule);
	PROMISE(taken == (set < 0 && rule < 0));
	if (taken)
		check_facts(policy);
	return taken;
}

static void look_up(const struct shelltrap_policy *policy, const char *name)
{
	char *copy = tight_string(name);

	PROMISE(shelltrap_policy_name_sets(policy, copy, SHELLTRAP_NAME_OF_FILE) ==
		model_name_sets(name, SHELLTRAP_NAME_OF_FILE));
	PROMISE(shelltrap_policy_name_sets(policy, copy, SHELLTRAP_NAME_OF_TASK) ==
		model_name_sets(name, SHELLTRAP_NAME_OF_TASK));
	PROMISE(!((model_name_sets(name, SHELLTRAP_NAME_OF_FILE) |
		   model_name_sets(name, SHELLTRAP_NAME_OF_TASK)) & policy->watched) ||
		shelltrap_policy_watches(policy, shelltrap_name_prefix(copy)));
	free(copy);
}

/* Looks up the name, and the same name cut as the kernel cuts a comm. */
static void try_name(struct input *in, const struct shelltrap_policy *policy)
{
	char name[NAME_ROOM + 1];

	take_name(in, name);
	look_up(policy, name);
	name[SHELLTRAP_COMM_MAX] = '\0';
	look_up(policy, name);
}

static void try_hosted(struct input *in, const struct shelltrap_policy *policy)
{
	char program[NAME_ROOM + 1], what[NAME_ROOM + 1], *program_copy, *what_copy;

	take_name(in, program);
	take_path(in, what);
	program_copy = tight_string(program);
	what_copy = tight_string(what);
	PROMISE(shelltrap_policy_hosted_sets(policy, program_copy, what_copy) ==
		model_hosted_sets(program, what));
	PROMISE(shelltrap_policy_hosted_sets(policy, program_copy, what_copy + 1) ==
		model_hosted_sets(program, what + 1));
	free(program_copy);
	free(what_copy);
}

static void try_path(struct input *in, const struct shelltrap_policy *policy)
{
	char path[NAME_ROOM + 1], *copy;
	__u64 sets = 0;
	size_t i;

	take_path(in, path);
	for (i = 0; i < model.nr_members; i++)
		if (model.members[i].kind == SHELLTRAP_MEMBER_PATH &&
		    !strcmp(model.members[i].text, path))
			sets |= (__u64)1 << model.members[i].set;
	copy = tight_string(path);
	PROMISE(shelltrap_policy_path_sets(policy, copy) == sets);
	free(copy);
}

static void try_identity(struct input *in, const struct shelltrap_policy *policy)
{
	struct shelltrap_identity identity = take_identity(in);
	const struct model_member *member;
	__u64 sets = 0;
	size_t i;

	for (i = 0; i < model.nr_members; i++) {
		member = &model.members[i];
		if (member->is_there && member->identity.ino == identity.ino &&
		    member->identity.dev == identity.dev &&
		    member->identity.generation == identity.generation)
			sets |= (__u64)1 << member->set;
	}
	PROMISE(shelltrap_policy_file_sets(policy, &identity) == sets);
}

static void take_exec(struct input *in, struct shelltrap_exec *exec, uint8_t flags)
{
	exec->file = take_sets(in);
	exec->target = take_sets(in);
	exec->self = take_sets(in);
	exec->ancestors = take_sets(in);
	exec->lineage = take_sets(in);
	exec->common = take_sets(in);
	exec->conditions = flags & 15;
	exec->uid = flags >> 4 & 1;
}

static void take_late(struct input *in, struct occasion *occasion, uint8_t flags)
{
	occasion->late.clean = flags & 0x20;
	if (flags & 0x40) {
		take_cgroup(in, occasion->cgroup);
		occasion->late.cgroup = tight_string(occasion->cgroup);
	}
	if (flags & 0x80) {
		take_argv(in, &occasion->argv);
		occasion->late.argv = tight(occasion->argv.bytes, occasion->argv.len);
		occasion->late.argv_len = occasion->argv.len;
	}
}

static void take_occasion(struct input *in, struct occasion *occasion)
{
	uint8_t flags = take_byte(in);

	memset(occasion, 0, sizeof(*occasion));
	take_exec(in, &occasion->exec, flags);
	take_late(in, occasion, flags);
}

static void forget(struct occasion *occasion)
{
	free((char *)occasion->late.cgroup);
	free((char *)occasion->late.argv);
}

static void check_mismatches(const struct shelltrap_rule *rule, const struct occasion *occasion,
			     enum shelltrap_mismatch expected)
{
	enum shelltrap_mismatch early = shelltrap_policy_mismatch(rule, &occasion->exec);
	enum shelltrap_mismatch actor = shelltrap_policy_actor_mismatch(rule, &occasion->exec);
	enum shelltrap_mismatch late = shelltrap_policy_late_mismatch(rule, &occasion->late);

	PROMISE((early ? early : actor ? actor : late) == expected);
}

static void check_leading(const struct shelltrap_policy *policy, __u64 rules)
{
	int severity, expected = -1;
	size_t i;

	for (severity = 1; severity <= 4; severity++)
		for (i = model.nr_rules; i-- > 0;)
			if ((rules >> i & 1) && model.rules[i].rule.severity == severity)
				expected = i;
	PROMISE(shelltrap_policy_leading(policy, rules) == expected);
}

/* @rules are those that match with what the hook knows. */
static void check_enforced(const struct shelltrap_policy *policy, __u64 rules,
			   const struct occasion *occasion)
{
	PROMISE(shelltrap_policy_enforced(policy, rules, true) == model_enforced(rules, true));
	PROMISE(shelltrap_policy_enforced(policy, rules, false) == model_enforced(rules, false));
	PROMISE(shelltrap_policy_exception_matches(policy, rules, &occasion->late) ==
		model_spares(rules, occasion));
}

/* In each of the three steps the rules that still match are those of the model. */
static void try_exec(struct input *in, const struct shelltrap_policy *policy)
{
	__u64 candidates = 0, deciding = 0, fitting = 0, rule;
	struct occasion occasion;
	enum shelltrap_mismatch mismatch;
	size_t i;

	take_occasion(in, &occasion);
	for (i = 0; i < model.nr_rules; i++) {
		rule = (__u64)1 << i;
		mismatch = model_mismatch(&model.rules[i].rule, &occasion);
		check_mismatches(&policy->rules[i], &occasion, mismatch);
		candidates |= mismatch && mismatch < SHELLTRAP_MISMATCH_ACTOR ? 0 : rule;
		deciding |= mismatch && mismatch < SHELLTRAP_MISMATCH_CGROUP ? 0 : rule;
		fitting |= mismatch ? 0 : rule;
	}
	PROMISE(shelltrap_policy_candidates(policy, &occasion.exec) == candidates);
	PROMISE(shelltrap_policy_decide(policy, candidates, &occasion.exec) == deciding);
	PROMISE(shelltrap_policy_decide_late(policy, deciding, &occasion.late) == fitting);
	check_enforced(policy, deciding, &occasion);
	check_leading(policy, candidates);
	check_leading(policy, fitting);
	forget(&occasion);
}

static void take_environment(struct input *in, struct bytes *environment)
{
	static const char * const words[] = {
		"PATH=", "/bin", ":", "/usr/bin", "/tmp", "LD_", "ENV=", "PS4=", "=", "A", "BASH_",
		"FUNC_", "PERL", "5", "LIB=", "PYTHON", "RUBY", "NODE_", "GCONV_PATH=", "SHELLOPTS",
		"BASHOPTS=", "/usr/local/sbin", "/sbin", "/usr/sbin", "/usr/local/bin",
	};
	uint8_t count = take_byte(in) & 63, word;

	environment->len = 0;
	for (; count; count--) {
		word = take_byte(in);
		if (word & 0x80)
			append(environment, "", 1);
		else
			append(environment, words[word % COUNT(words)],
			       strlen(words[word % COUNT(words)]));
	}
}

static void try_environment(struct input *in)
{
	char kept[SHELLTRAP_ENVIRONMENT_KEPT];
	struct shelltrap_environment environment = {
		.kept = kept, .size = sizeof(kept), .program = "sh",
	};
	struct bytes bytes, expected;
	size_t at = 0, piece;
	char *copy;

	take_environment(in, &bytes);
	while (at < bytes.len) {
		piece = take_byte(in) % 32 + 1;
		if (piece > bytes.len - at)
			piece = bytes.len - at;
		copy = tight(bytes.bytes + at, piece);
		shelltrap_environment_feed(&environment, copy, piece);
		free(copy);
		at += piece;
	}
	keep_in_model(&bytes, &expected);
	PROMISE(!environment.full && environment.len == expected.len &&
		!memcmp(kept, expected.bytes, expected.len));
}

/* A command line fed at once or in pieces gives the same, and never more than fits. */
static void try_cmdline(struct input *in)
{
	static const char * const programs[] = { "java", "python3", "ruby", "node", "other" };
	struct shelltrap_cmdline whole, pieces;
	struct bytes bytes;
	size_t at = 0, piece;
	bool done = false;
	char *copy;

	shelltrap_cmdline_start(&whole, programs[take_byte(in) % COUNT(programs)],
				take_byte(in) & 1);
	pieces = whole;
	take_argv(in, &bytes);
	copy = tight(bytes.bytes, bytes.len);
	shelltrap_cmdline_feed(&whole, copy, bytes.len);
	free(copy);
	shelltrap_cmdline_end(&whole);
	while (!done && at < bytes.len) {
		piece = take_byte(in) % 32 + 1;
		if (piece > bytes.len - at)
			piece = bytes.len - at;
		copy = tight(bytes.bytes + at, piece);
		done = shelltrap_cmdline_feed(&pieces, copy, piece);
		free(copy);
		at += piece;
	}
	shelltrap_cmdline_end(&pieces);
	PROMISE(!strcmp(whole.runs, pieces.runs));
	PROMISE(strlen(whole.runs) <= SHELLTRAP_RUNS_MAX);
}

static void add_one(struct input *in, struct shelltrap_policy *policy, uint8_t what)
{
	switch (what) {
	case 0:
		try_set(in, policy);
		break;
	case 1:
	case 2:
	case 3:
		if (model.nr_members < MEMBERS_MAX)
			try_member(in, policy);
		break;
	case 4:
		try_include(in, policy);
		break;
	default:
		try_rule(in, policy);
	}
}

static void try_one(struct input *in, const struct shelltrap_policy *policy, uint8_t what)
{
	switch (what) {
	case 0:
	case 1:
		try_name(in, policy);
		break;
	case 2:
		try_path(in, policy);
		break;
	case 3:
		try_identity(in, policy);
		break;
	case 4:
		try_environment(in);
		break;
	case 5:
		try_hosted(in, policy);
		break;
	case 6:
		try_cmdline(in);
		break;
	default:
		try_exec(in, policy);
	}
}

/* Each byte says what to add, until 7 or until there is much; then what to try. */
static void run(struct input *in, struct shelltrap_policy *policy, bool finished)
{
	size_t added = 0;
	uint8_t what;

	while (!finished && input_left(in) && added++ < ADDED_MAX) {
		what = take_byte(in) & 7;
		if (what == 7)
			break;
		add_one(in, policy, what);
	}
	if (!finished && !try_finish(policy))
		return;
	PROMISE(policy->nr_members == model.nr_members);
	while (input_left(in))
		try_one(in, policy, take_byte(in) & 7);
}

static void add_defaults(struct shelltrap_policy *policy)
{
	struct model_rule made;
	size_t i, k;

	PROMISE(!shelltrap_defaults_add(policy));
	for (i = 0; i < COUNT(built_in_sets); i++) {
		PROMISE(model_add_set(built_in_sets[i].name));
		for (k = 0; k < built_in_sets[i].count; k++)
			model_keep_member(SHELLTRAP_MEMBER_NAME, i, built_in_sets[i].names[k]);
		for (k = 0; k < built_in_sets[i].nr_comms; k++)
			model_keep_member(SHELLTRAP_MEMBER_COMM, i, built_in_sets[i].comms[k]);
		for (k = 0; k < built_in_sets[i].nr_paths; k++)
			model_keep_member(SHELLTRAP_MEMBER_PATH, i, built_in_sets[i].paths[k]);
		for (k = 0; k < built_in_sets[i].nr_runs; k++)
			model_keep_member(SHELLTRAP_MEMBER_RUNS, i, built_in_sets[i].runs[k]);
		for (k = 0; k < built_in_sets[i].nr_ports; k++)
			model_keep_member(SHELLTRAP_MEMBER_PORTS, i, built_in_sets[i].ports[k]);
		for (k = 0; k < built_in_sets[i].nr_never; k++)
			model_keep_member(SHELLTRAP_MEMBER_NEVER, i, built_in_sets[i].never[k]);
	}
	for (i = 0; i < COUNT(built_in_rules); i++) {
		memset(&made, 0, sizeof(made));
		made.rule = built_in_rules[i];
		strcpy(made.name, built_in_rules[i].name);
		strcpy(made.title, built_in_rules[i].title);
		strcpy(made.threat, built_in_rules[i].threat);
		PROMISE(model_add_rule(&made));
	}
	check_facts(policy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, data + size };
	uint8_t shape = take_byte(&in), room = take_byte(&in);
	bool defaults = shape & 1;
	struct shelltrap_policy *policy;

	memset(&model, 0, sizeof(model));
	model.max_members = defaults ? SHELLTRAP_DEFAULTS_MEMBERS : shape >> 1 & 63;
	/* Sometimes the members are the limit and sometimes the text. */
	model.max_text = defaults ? SHELLTRAP_DEFAULTS_TEXT : shape & 0x80 ? room : room * 256;
	policy = calloc(1, shelltrap_policy_size(model.max_members, model.max_text));
	PROMISE(policy);
	shelltrap_policy_init(policy, model.max_members, model.max_text);
	if (defaults)
		add_defaults(policy);
	run(&in, policy, defaults);
	free(policy);
	return 0;
}
