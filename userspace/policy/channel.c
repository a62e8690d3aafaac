// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/channel.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <sha2.h>
#include <stdio.h>
#include <string.h>

#include "policy/file.h"
#include "policy/text.h"

/* A request with so many bytes is sent. The rest has room for one more rule, the largest part. */
#define REQUEST_FULL (16 * 1024)
#define REQUEST_SIZE (48 * 1024)

/* Sends the policy as a series of requests. */
struct sender {
	struct channel *channel;
	const struct shelltrap_policy *policy;
	struct nlmsghdr data[REQUEST_SIZE / sizeof(struct nlmsghdr)];
	struct nlmsghdr *request;
	struct nlattr *nest;
};

static void sender_start(struct sender *sender, uint8_t command)
{
	memset(sender->data, 0, sizeof(sender->data));
	sender->request = channel_request(sender->channel, sender->data, command, NLM_F_ACK);
}

static int sender_order(struct sender *sender)
{
	return channel_order(sender->channel, sender->request);
}

static void sender_put_hold(struct nlmsghdr *request, const struct shelltrap_hold_limits *limits)
{
	mnl_attr_put_u32(request, SHELLTRAP_POLICY_A_HOLD_MAX, limits->max);
	mnl_attr_put_u32(request, SHELLTRAP_POLICY_A_HOLD_PER_SERVER, limits->per_server);
	mnl_attr_put_u32(request, SHELLTRAP_POLICY_A_HOLD_PER_USER, limits->per_user);
	mnl_attr_put_u32(request, SHELLTRAP_POLICY_A_HOLD_SECONDS, limits->seconds);
	mnl_attr_put_u32(request, SHELLTRAP_POLICY_A_HOLD_THEN, limits->then);
}

static int sender_begin(struct sender *sender)
{
	const struct shelltrap_policy *policy = sender->policy;

	sender_start(sender, SHELLTRAP_CMD_POLICY_BEGIN);
	mnl_attr_put_u32(sender->request, SHELLTRAP_POLICY_A_MEMBERS, policy->nr_members);
	mnl_attr_put_u32(sender->request, SHELLTRAP_POLICY_A_TEXT, shelltrap_policy_text(policy));
	mnl_attr_put_u32(sender->request, SHELLTRAP_POLICY_A_SETS, policy->nr_sets);
	mnl_attr_put_u32(sender->request, SHELLTRAP_POLICY_A_RULES, policy->nr_rules);
	if (shelltrap_policy_has_hold(policy))
		sender_put_hold(sender->request, &policy->hold);
	return sender_order(sender);
}

static int sender_make_room(struct sender *sender)
{
	int ret;

	if (sender->request->nlmsg_len < REQUEST_FULL)
		return 0;
	ret = sender_order(sender);
	sender_start(sender, SHELLTRAP_CMD_POLICY_ADD);
	return ret;
}

static void sender_open_set(struct sender *sender, unsigned int set)
{
	sender->nest = mnl_attr_nest_start(sender->request, SHELLTRAP_POLICY_A_SET);
	mnl_attr_put_strz(sender->request, SHELLTRAP_SET_A_NAME, sender->policy->sets[set].name);
}

static void sender_close_nest(struct sender *sender)
{
	mnl_attr_nest_end(sender->request, sender->nest);
}

/* All names come first, so that sets can include each other. */
static void sender_put_set_names(struct sender *sender)
{
	__u32 i;

	for (i = 0; i < sender->policy->nr_sets; i++) {
		sender_open_set(sender, i);
		sender_close_nest(sender);
	}
}

static uint16_t sender_member_attribute(enum shelltrap_member_kind kind)
{
	switch (kind) {
	case SHELLTRAP_MEMBER_COMM:
		return SHELLTRAP_SET_A_MEMBER_COMM;
	case SHELLTRAP_MEMBER_PATH:
		return SHELLTRAP_SET_A_MEMBER_PATH;
	case SHELLTRAP_MEMBER_RUNS:
		return SHELLTRAP_SET_A_MEMBER_RUNS;
	case SHELLTRAP_MEMBER_PORTS:
		return SHELLTRAP_SET_A_MEMBER_PORTS;
	case SHELLTRAP_MEMBER_NEVER:
		return SHELLTRAP_SET_A_MEMBER_NEVER;
	default:
		return SHELLTRAP_SET_A_MEMBER_NAME;
	}
}

static int sender_put_members(struct sender *sender, unsigned int set)
{
	const struct shelltrap_policy *policy = sender->policy;
	int ret = 0;
	__u32 i;

	sender_open_set(sender, set);
	for (i = 0; !ret && i < policy->nr_members; i++) {
		if (policy->members[i].set != set)
			continue;
		mnl_attr_put_strz(sender->request, sender_member_attribute(policy->members[i].kind),
				  shelltrap_policy_member(policy, i));
		if (sender->request->nlmsg_len < REQUEST_FULL)
			continue;
		sender_close_nest(sender);
		ret = sender_make_room(sender);
		sender_open_set(sender, set);
	}
	sender_close_nest(sender);
	return ret;
}

static void sender_put_sets(struct sender *sender, uint16_t attribute, __u64 sets)
{
	__u32 i;

	for (i = 0; i < sender->policy->nr_sets; i++)
		if (sets >> i & 1)
			mnl_attr_put_strz(sender->request, attribute, sender->policy->sets[i].name);
}

static int sender_put_set(struct sender *sender, unsigned int set)
{
	int ret = sender_put_members(sender, set);

	if (ret)
		return ret;
	sender_open_set(sender, set);
	sender_put_sets(sender, SHELLTRAP_SET_A_INCLUDE, sender->policy->sets[set].includes);
	sender_close_nest(sender);
	return sender_make_room(sender);
}

static void sender_put_string(struct sender *sender, uint16_t attribute, const char *string)
{
	if (string)
		mnl_attr_put_strz(sender->request, attribute, string);
}

static void sender_put_number(struct sender *sender, uint16_t attribute, uint32_t number,
			      bool present)
{
	if (present)
		mnl_attr_put_u32(sender->request, attribute, number);
}

static int sender_put_rule(struct sender *sender, const struct shelltrap_rule *rule)
{
	sender->nest = mnl_attr_nest_start(sender->request, SHELLTRAP_POLICY_A_RULE);
	sender_put_string(sender, SHELLTRAP_RULE_A_NAME, rule->name);
	sender_put_number(sender, SHELLTRAP_RULE_A_SEVERITY, rule->severity, true);
	sender_put_number(sender, SHELLTRAP_RULE_A_ACTION, rule->action, true);
	sender_put_string(sender, SHELLTRAP_RULE_A_TITLE, rule->title);
	sender_put_string(sender, SHELLTRAP_RULE_A_THREAT, rule->threat);
	sender_put_string(sender, SHELLTRAP_RULE_A_REFERENCE, rule->reference);
	sender_put_sets(sender, SHELLTRAP_RULE_A_ACTOR, rule->actor);
	sender_put_number(sender, SHELLTRAP_RULE_A_SCOPE, rule->scope, rule->scope);
	sender_put_sets(sender, SHELLTRAP_RULE_A_TARGET, rule->target);
	sender_put_number(sender, SHELLTRAP_RULE_A_CONDITIONS, rule->conditions, rule->conditions);
	sender_put_number(sender, SHELLTRAP_RULE_A_UID, rule->uid, rule->has_uid);
	sender_put_string(sender, SHELLTRAP_RULE_A_CGROUP, rule->cgroup);
	sender_put_string(sender, SHELLTRAP_RULE_A_CWD, rule->cwd);
	if (rule->argv)
		mnl_attr_put(sender->request, rule->argv_holes ? SHELLTRAP_RULE_A_ARGV_HOLES :
								 SHELLTRAP_RULE_A_ARGV,
			     rule->argv_len, rule->argv);
	if (rule->environment)
		mnl_attr_put(sender->request, SHELLTRAP_RULE_A_ENVIRONMENT, rule->environment_len,
			     rule->environment);
	sender_put_sets(sender, SHELLTRAP_RULE_A_NOT_ACTOR, rule->not_actor);
	if (rule->not_cgroup)
		mnl_attr_put(sender->request, SHELLTRAP_RULE_A_NOT_CGROUP, rule->not_cgroup_len,
			     rule->not_cgroup);
	if (rule->anybody)
		mnl_attr_put(sender->request, SHELLTRAP_RULE_A_ANYBODY, 0, NULL);
	sender_close_nest(sender);
	return sender_make_room(sender);
}

/* The SHA-256 of what "shelltrap policy show" prints when the policy is in force. */
static void sender_put_sha256(struct sender *sender)
{
	uint8_t sha256[SHA256_DIGEST_LENGTH];
	struct buffer text = {0};
	SHA2_CTX state;

	policy_put(&text, sender->policy);
	SHA256Init(&state);
	SHA256Update(&state, (const uint8_t *)text.data, text.len);
	SHA256Final(sha256, &state);
	buffer_free(&text);
	mnl_attr_put(sender->request, SHELLTRAP_POLICY_A_SHA256, sizeof(sha256), sha256);
}

static int sender_commit(struct sender *sender, const struct number *observe)
{
	sender_start(sender, SHELLTRAP_CMD_POLICY_COMMIT);
	sender_put_number(sender, SHELLTRAP_POLICY_A_OBSERVE, observe->value, observe->known);
	sender_put_sha256(sender);
	return sender_order(sender);
}

static int sender_add(struct sender *sender)
{
	const struct shelltrap_policy *policy = sender->policy;
	int ret = 0;
	__u32 i;

	sender_start(sender, SHELLTRAP_CMD_POLICY_ADD);
	sender_put_set_names(sender);
	for (i = 0; !ret && i < policy->nr_sets; i++)
		ret = sender_put_set(sender, i);
	for (i = 0; !ret && i < policy->nr_rules; i++)
		ret = sender_put_rule(sender, &policy->rules[i]);
	return ret ? ret : sender_order(sender);
}

/* Which keys of the policy an older module does not know. */
static const char *sender_new_keys(const struct shelltrap_policy *policy)
{
	const char *keys = NULL;
	__u32 i;

	for (i = 0; i < policy->nr_rules; i++) {
		if (policy->rules[i].not_actor || policy->rules[i].not_cgroup)
			return "rules with 'actor -=' or 'cgroup -='";
		if (policy->rules[i].environment || policy->rules[i].cwd)
			keys = "exceptions with holes in argv, cwd or environment";
		else if (policy->rules[i].argv_holes && !keys)
			keys = "exceptions with holes in argv";
	}
	return keys;
}

/* netlink's own words for an attribute that the module does not know say nothing. */
static void sender_explain(struct sender *sender)
{
	const char *keys = sender_new_keys(sender->policy);
	struct channel *channel = sender->channel;

	if (keys && strstr(channel->reason, "Unknown attribute"))
		snprintf(channel->reason, sizeof(channel->reason),
			 "the loaded module is older than this program and does not know %s; "
			 "load the module of this version, or remove them", keys);
}

int policy_send(struct channel *channel, const struct shelltrap_policy *policy,
		const struct number *observe)
{
	struct sender sender = { .channel = channel, .policy = policy };
	int ret = sender_begin(&sender);

	if (!ret)
		ret = sender_add(&sender);
	if (ret)
		sender_explain(&sender);
	return ret ? ret : sender_commit(&sender, observe);
}

/* The module's answer is no policy: keeps the reason for the message. */
static int fetch_failed(struct channel *channel, const char *what)
{
	snprintf(channel->reason, sizeof(channel->reason), "%s", what);
	return -EBADMSG;
}

static const char *fetch_string(const struct nlattr *attr)
{
	return mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) < 0 ? "" : mnl_attr_get_str(attr);
}

static uint32_t fetch_number(const struct nlattr *attr)
{
	return mnl_attr_validate(attr, MNL_TYPE_U32) < 0 ? 0 : mnl_attr_get_u32(attr);
}

static const char *fetch_member(struct shelltrap_policy *policy, unsigned int set,
				const struct nlattr *attr)
{
	const char *text = fetch_string(attr);
	int included;

	switch (mnl_attr_get_type(attr)) {
	case SHELLTRAP_SET_A_INCLUDE:
		included = shelltrap_policy_find_set(policy, text);
		return included < 0 ? "a set includes an unknown set" :
				      shelltrap_policy_add_include(policy, set, included);
	case SHELLTRAP_SET_A_MEMBER_NAME:
		return shelltrap_policy_add_member(policy, set, SHELLTRAP_MEMBER_NAME, text);
	case SHELLTRAP_SET_A_MEMBER_COMM:
		return shelltrap_policy_add_member(policy, set, SHELLTRAP_MEMBER_COMM, text);
	case SHELLTRAP_SET_A_MEMBER_PATH:
		return shelltrap_policy_add_member(policy, set, SHELLTRAP_MEMBER_PATH, text);
	case SHELLTRAP_SET_A_MEMBER_RUNS:
		return shelltrap_policy_add_member(policy, set, SHELLTRAP_MEMBER_RUNS, text);
	case SHELLTRAP_SET_A_MEMBER_PORTS:
		return shelltrap_policy_add_member(policy, set, SHELLTRAP_MEMBER_PORTS, text);
	case SHELLTRAP_SET_A_MEMBER_NEVER:
		return shelltrap_policy_add_member(policy, set, SHELLTRAP_MEMBER_NEVER, text);
	}
	return NULL;
}

static const char *fetch_name(const struct nlattr *nest)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, nest)
		if (mnl_attr_get_type(attr) == SHELLTRAP_SET_A_NAME)
			return fetch_string(attr);
	return "";
}

static const char *fetch_set(struct shelltrap_policy *policy, const struct nlattr *nest)
{
	const char *name = fetch_name(nest), *fault = NULL;
	const struct nlattr *attr;
	int set = shelltrap_policy_find_set(policy, name);

	if (set < 0) {
		fault = shelltrap_policy_add_set(policy, name);
		set = policy->nr_sets - 1;
	}
	mnl_attr_for_each_nested(attr, nest) {
		if (fault)
			break;
		fault = fetch_member(policy, set, attr);
	}
	return fault;
}

/* Finds a set by its name and sets its bit. */
static void fetch_named_set(const struct shelltrap_policy *policy, const struct nlattr *attr,
			    __u64 *sets, const char **fault)
{
	int set = shelltrap_policy_find_set(policy, fetch_string(attr));

	if (set < 0)
		*fault = "a rule names an unknown set";
	else
		*sets |= (__u64)1 << set;
}

static void fetch_rule_number(struct shelltrap_rule *rule, const struct nlattr *attr)
{
	uint32_t number = fetch_number(attr);

	switch (mnl_attr_get_type(attr)) {
	case SHELLTRAP_RULE_A_SEVERITY:
		rule->severity = number;
		break;
	case SHELLTRAP_RULE_A_ACTION:
		rule->action = number;
		break;
	case SHELLTRAP_RULE_A_SCOPE:
		rule->scope = number;
		break;
	case SHELLTRAP_RULE_A_CONDITIONS:
		rule->conditions = number;
		break;
	case SHELLTRAP_RULE_A_UID:
		rule->uid = number;
		rule->has_uid = true;
		break;
	}
}

static void fetch_rule_string(struct shelltrap_rule *rule, const struct nlattr *attr)
{
	switch (mnl_attr_get_type(attr)) {
	case SHELLTRAP_RULE_A_NAME:
		rule->name = fetch_string(attr);
		break;
	case SHELLTRAP_RULE_A_TITLE:
		rule->title = fetch_string(attr);
		break;
	case SHELLTRAP_RULE_A_THREAT:
		rule->threat = fetch_string(attr);
		break;
	case SHELLTRAP_RULE_A_REFERENCE:
		rule->reference = fetch_string(attr);
		break;
	case SHELLTRAP_RULE_A_CGROUP:
		rule->cgroup = fetch_string(attr);
		break;
	case SHELLTRAP_RULE_A_CWD:
		rule->cwd = fetch_string(attr);
		break;
	case SHELLTRAP_RULE_A_ARGV_HOLES:
		rule->argv_holes = true;
		__attribute__((fallthrough));
	case SHELLTRAP_RULE_A_ARGV:
		rule->argv = mnl_attr_get_payload(attr);
		rule->argv_len = mnl_attr_get_payload_len(attr);
		break;
	case SHELLTRAP_RULE_A_ENVIRONMENT:
		rule->environment = mnl_attr_get_payload(attr);
		rule->environment_len = mnl_attr_get_payload_len(attr);
		break;
	case SHELLTRAP_RULE_A_NOT_CGROUP:
		rule->not_cgroup = mnl_attr_get_payload(attr);
		rule->not_cgroup_len = mnl_attr_get_payload_len(attr);
		break;
	}
}

static const char *fetch_rule(struct shelltrap_policy *policy, const struct nlattr *nest)
{
	struct shelltrap_rule rule = { .name = "" };
	const struct nlattr *attr;
	const char *fault = NULL;

	mnl_attr_for_each_nested(attr, nest) {
		if (mnl_attr_get_type(attr) == SHELLTRAP_RULE_A_ACTOR)
			fetch_named_set(policy, attr, &rule.actor, &fault);
		if (mnl_attr_get_type(attr) == SHELLTRAP_RULE_A_TARGET)
			fetch_named_set(policy, attr, &rule.target, &fault);
		if (mnl_attr_get_type(attr) == SHELLTRAP_RULE_A_NOT_ACTOR)
			fetch_named_set(policy, attr, &rule.not_actor, &fault);
		if (mnl_attr_get_type(attr) == SHELLTRAP_RULE_A_ANYBODY)
			rule.anybody = true;
		fetch_rule_number(&rule, attr);
		fetch_rule_string(&rule, attr);
	}
	return fault ? fault : shelltrap_policy_add_rule(policy, &rule);
}

static void fetch_hold(struct shelltrap_policy *policy, const struct nlattr *attr)
{
	uint32_t number = fetch_number(attr);

	switch (mnl_attr_get_type(attr)) {
	case SHELLTRAP_POLICY_A_HOLD_MAX:
		policy->hold.max = number;
		break;
	case SHELLTRAP_POLICY_A_HOLD_PER_SERVER:
		policy->hold.per_server = number;
		break;
	case SHELLTRAP_POLICY_A_HOLD_PER_USER:
		policy->hold.per_user = number;
		break;
	case SHELLTRAP_POLICY_A_HOLD_SECONDS:
		policy->hold.seconds = number;
		break;
	case SHELLTRAP_POLICY_A_HOLD_THEN:
		policy->hold.then = number;
		break;
	}
}

static const char *fetch_message(struct shelltrap_policy *policy, const struct nlmsghdr *message)
{
	const struct nlattr *attr;
	const char *fault = NULL;

	mnl_attr_for_each(attr, message, sizeof(struct genlmsghdr)) {
		if (fault)
			break;
		if (mnl_attr_get_type(attr) == SHELLTRAP_POLICY_A_SET)
			fault = fetch_set(policy, attr);
		if (mnl_attr_get_type(attr) == SHELLTRAP_POLICY_A_RULE)
			fault = fetch_rule(policy, attr);
		fetch_hold(policy, attr);
	}
	return fault;
}

static int fetch_dump(struct channel *channel, struct shelltrap_policy *policy)
{
	const struct nlmsghdr *message;
	bool interrupted = false;
	const char *fault = NULL;
	int ret, rule, set;

	while ((ret = channel_dumped(channel, &message, &interrupted)) > 0)
		if (!fault)
			fault = fetch_message(policy, message);
	if (ret)
		return ret;
	if (!fault)
		fault = shelltrap_policy_finish(policy, &rule, &set);
	return fault ? fetch_failed(channel, fault) : 0;
}

int policy_fetch(struct channel *channel, struct shelltrap_policy **policy)
{
	struct nlmsghdr data[4] = {0};
	int ret = channel_ask(channel, channel_request(channel, data, SHELLTRAP_CMD_POLICY_GET,
						       NLM_F_DUMP));

	if (ret)
		return ret;
	*policy = policy_new();
	ret = fetch_dump(channel, *policy);
	if (!ret)
		return 0;
	policy_free(*policy);
	*policy = NULL;
	return ret;
}
