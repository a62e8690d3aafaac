// SPDX-License-Identifier: GPL-2.0
/*
 * The decision against a model of it that needs no thought: names in a list,
 * compared one after the other. The input is a program: how large a policy, which
 * names and rules to put in, which names and execs to try on it.
 */
#include "fuzz.h"

#include <errno.h>

/* For its tables of names, which are static. */
#include "../../module/defaults.c"

#define NAMES_MAX 64
#define RULES_MAX (SHELLTRAP_RULES_MAX + 8)
/* Longer than any name may be. */
#define TEXT_MAX 300

struct model_name {
	char text[TEXT_MAX + 1];
	__u64 sets;
};

static struct model {
	struct model_name names[NAMES_MAX + SHELLTRAP_DEFAULTS_NAMES];
	size_t nr_names;
	size_t text;			/* bytes of all names that were put in */
	struct shelltrap_rule rules[RULES_MAX];
	size_t nr_rules;
} model;

static bool is_prefix(const char *name)
{
	size_t len = strlen(name);

	return len && name[len - 1] == '*';
}

static bool model_match(const char *entry, const char *name, enum shelltrap_name_source source)
{
	size_t len = strlen(entry) - is_prefix(entry);

	if (is_prefix(entry) && !strncmp(entry, name, len))
		return true;
	if (!is_prefix(entry) && !strcmp(entry, name))
		return true;
	return source == SHELLTRAP_NAME_OF_TASK && len > SHELLTRAP_COMM_MAX &&
	       strlen(name) == SHELLTRAP_COMM_MAX && !strncmp(entry, name, SHELLTRAP_COMM_MAX);
}

static __u64 model_sets(const char *name, enum shelltrap_name_source source)
{
	__u64 sets = 0;
	size_t i;

	if (strlen(name) > SHELLTRAP_NAME_MAX)
		return 0;
	for (i = 0; i < model.nr_names; i++)
		if (model_match(model.names[i].text, name, source))
			sets |= model.names[i].sets;
	return sets;
}

static void model_keep_name(const char *name, __u64 sets)
{
	struct model_name *kept = &model.names[model.nr_names++];

	strcpy(kept->text, name);
	kept->sets = sets;
	model.text += strlen(name) - is_prefix(name);
}

static bool model_takes_name(const char *name, __u64 sets)
{
	size_t len = strlen(name) - is_prefix(name);

	return sets && len && len <= (is_prefix(name) ? SHELLTRAP_PREFIX_MAX : SHELLTRAP_NAME_MAX);
}

static __u64 model_decide(const struct shelltrap_exec *exec)
{
	__u64 hit = 0;
	size_t i;

	for (i = 0; i < model.nr_rules; i++) {
		const struct shelltrap_rule *rule = &model.rules[i];
		bool target = rule->target & exec->target;
		bool anyone = rule->actor == 0;
		bool self = rule->actor & exec->self;
		bool above = rule->scope == SHELLTRAP_SCOPE_ANCESTORS &&
			     (rule->actor & exec->ancestors);

		if (target && (anyone || self || above))
			hit += (__u64)1 << i;
	}
	return hit;
}

static int model_leading(__u64 hit)
{
	int severity;
	size_t i;

	for (severity = UINT8_MAX; severity >= 0; severity--)
		for (i = 0; i < model.nr_rules; i++)
			if ((hit >> i & 1) && model.rules[i].severity == severity)
				return i;
	return -1;
}

/* Many sets, the same ones often. */
static __u64 take_sets(struct input *in)
{
	uint8_t byte = take_byte(in);

	if (byte == 0xff)
		return ~(__u64)0;
	return byte & 0x80 ? (__u64)1 << (byte & 63) : byte & 7;
}

/* Few letters, so that names begin alike; or any byte but NUL. */
static char take_letter(struct input *in, bool any)
{
	uint8_t byte = take_byte(in);

	if (any)
		return byte ? byte : 1;
	return "abc*"[byte & 3];
}

/* A default name, one that was put in, or a new one. */
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
		strcpy(name, model.nr_names ? model.names[which % model.nr_names].text : "");
		return;
	case 2:
		len = which % TEXT_MAX;
		memset(name, take_letter(in, how & 4), len);
		break;
	default:
		len = which & 31;
		for (i = 0; i < len; i++)
			name[i] = take_letter(in, how & 4);
	}
	name[len] = '\0';
}

/* A stem, perhaps cut and perhaps with something behind it. */
static void take_name(struct input *in, char *name)
{
	uint8_t change = take_byte(in);
	size_t len;

	take_stem(in, name);
	len = strlen(name);
	if ((change & 1) && len)
		len = change & 2 ? len - 1 : take_byte(in) % len;
	for (change >>= 2; change & 3 && len < TEXT_MAX; change--)
		name[len++] = take_letter(in, change & 32);
	name[len] = '\0';
}

/* A copy that ends where the name does, so that a step beyond it is seen. */
static char *tight(const char *name)
{
	char *copy = strdup(name);

	PROMISE(copy);
	return copy;
}

static void add_name(struct input *in, struct shelltrap_policy *policy, size_t names, size_t text)
{
	char name[TEXT_MAX + 1], *copy;
	__u64 sets = take_sets(in);
	bool fits;
	int ret;

	take_name(in, name);
	fits = model.text + strlen(name) <= text;
	copy = tight(name);
	ret = shelltrap_policy_add_name(policy, copy, sets);
	free(copy);
	if (!model_takes_name(name, sets)) {
		PROMISE(ret == -EINVAL);
		return;
	}
	/* Beyond what was asked for there may be room left, or not. */
	if (ret == -ENOSPC) {
		PROMISE(!fits || model.nr_names >= names);
		return;
	}
	PROMISE(!ret);
	model_keep_name(name, sets);
	PROMISE(model.text <= text);
	PROMISE(policy->nr_names == model.nr_names);
}

static int model_add_rule(const struct shelltrap_rule *rule)
{
	size_t i;

	if (!strlen(rule->name) || !rule->target || !rule->scope)
		return -EINVAL;
	for (i = 0; i < model.nr_rules; i++)
		if (!strcmp(model.rules[i].name, rule->name))
			return -EEXIST;
	if (model.nr_rules == SHELLTRAP_RULES_MAX)
		return -ENOSPC;
	model.rules[model.nr_rules++] = *rule;
	return 0;
}

static void add_rule(struct input *in, struct shelltrap_policy *policy)
{
	uint8_t name = take_byte(in), flags = take_byte(in);
	struct shelltrap_rule rule = {
		.scope = flags & 3,
		.severity = flags >> 2,
		.actor = take_sets(in),
		.target = take_sets(in),
	};

	/* The longest ones differ in their last byte. */
	if (name)
		snprintf(rule.name, sizeof(rule.name), name & 0x80 ? "%047d" : "%d", name & 0x7f);
	PROMISE(shelltrap_policy_add_rule(policy, &rule) == model_add_rule(&rule));
	PROMISE(policy->nr_rules == model.nr_rules);
}

static void look_up(const struct shelltrap_policy *policy, const char *name)
{
	char *copy = tight(name);

	PROMISE(shelltrap_policy_sets(policy, copy, SHELLTRAP_NAME_OF_FILE) ==
		model_sets(name, SHELLTRAP_NAME_OF_FILE));
	PROMISE(shelltrap_policy_sets(policy, copy, SHELLTRAP_NAME_OF_TASK) ==
		model_sets(name, SHELLTRAP_NAME_OF_TASK));
	free(copy);
}

/* The name, and what the kernel makes of it as a task's. */
static void try_name(struct input *in, const struct shelltrap_policy *policy)
{
	char name[TEXT_MAX + 1];

	take_name(in, name);
	look_up(policy, name);
	name[SHELLTRAP_COMM_MAX] = '\0';
	look_up(policy, name);
}

static void try_exec(struct input *in, const struct shelltrap_policy *policy)
{
	struct shelltrap_exec exec = {
		.target = take_sets(in),
		.self = take_sets(in),
		.ancestors = take_sets(in),
	};
	__u64 hit = model_decide(&exec);

	PROMISE(shelltrap_policy_decide(policy, &exec) == hit);
	PROMISE(shelltrap_policy_leading(policy, hit) == model_leading(hit));
}

static void check_unions(const struct shelltrap_policy *policy)
{
	__u64 actors = 0, targets = 0;
	size_t i;

	for (i = 0; i < model.nr_rules; i++) {
		actors |= model.rules[i].actor;
		targets |= model.rules[i].target;
	}
	PROMISE(policy->actors == actors && policy->targets == targets);
}

static void run(struct input *in, struct shelltrap_policy *policy, size_t names, size_t text)
{
	size_t added = 0;

	while (input_left(in)) {
		switch (take_byte(in) & 7) {
		case 0:
		case 1:
		case 2:
			if (added++ < NAMES_MAX)
				add_name(in, policy, names, text);
			break;
		case 3:
			add_rule(in, policy);
			break;
		case 4:
			try_exec(in, policy);
			break;
		default:
			try_name(in, policy);
		}
	}
	check_unions(policy);
}

static void add_defaults(struct shelltrap_policy *policy)
{
	size_t i;

	PROMISE(!shelltrap_defaults_add(policy));
	for (i = 0; i < COUNT(shells); i++)
		model_keep_name(shells[i], SHELLTRAP_SET_SHELLS);
	for (i = 0; i < COUNT(web_servers); i++)
		model_keep_name(web_servers[i], SHELLTRAP_SET_WEB_SERVERS);
	for (i = 0; i < COUNT(rules); i++)
		PROMISE(!model_add_rule(&rules[i]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, data + size };
	uint8_t shape = take_byte(&in);
	bool defaults = shape & 1;
	size_t names = shape >> 2 & 31;
	size_t text = shape & 2 ? names * 8 : names * SHELLTRAP_NAME_MAX;
	struct shelltrap_policy *policy;

	if (defaults) {
		names = SHELLTRAP_DEFAULTS_NAMES;
		text = SHELLTRAP_DEFAULTS_TEXT;
	}
	memset(&model, 0, sizeof(model));
	policy = calloc(1, shelltrap_policy_size(names, text));
	PROMISE(policy);
	shelltrap_policy_init(policy, names, text);
	if (defaults)
		add_defaults(policy);
	run(&in, policy, names, text);
	free(policy);
	return 0;
}
