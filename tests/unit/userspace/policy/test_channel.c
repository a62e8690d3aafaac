// SPDX-License-Identifier: GPL-2.0-or-later
/* A policy is sent in one transaction, and the policy read back is the same. */
#include "unit.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <sha2.h>
#include <stdio.h>
#include <stdlib.h>

#include "message.h"
#include "module/defaults.h"
#include "policy/channel.h"
#include "policy/file.h"
#include "policy/text.h"

/* A fake of the module, which keeps the messages of a policy and sends them back. */
static struct {
	struct nlmsghdr *kept[4096];
	unsigned int nr_kept, next;
	unsigned int begins, commits;
	uint32_t members, text;
	uint32_t longest;
	struct number observe;	/* in the last commit */
	char sha256[SHA256_DIGEST_STRING_LENGTH];	/* the same */
	int error;		/* returned for SHELLTRAP_CMD_POLICY_ADD */
} module;

static struct channel channel;
static const struct number as_it_is;
static struct buffer first, second;

struct nlmsghdr *channel_request(struct channel *unused, void *data, uint8_t command,
				 uint16_t flags)
{
	struct nlmsghdr *request = message_empty(data, command);

	(void)unused;
	request->nlmsg_flags = flags;
	return request;
}

static void module_forget(void)
{
	while (module.nr_kept)
		free(module.kept[--module.nr_kept]);
}

static void module_keep(const struct nlmsghdr *request)
{
	struct nlmsghdr *copy = malloc(request->nlmsg_len);

	assert_true(module.nr_kept < ARRAY_SIZE(module.kept));
	memcpy(copy, request, request->nlmsg_len);
	module.kept[module.nr_kept++] = copy;
	if (request->nlmsg_len > module.longest)
		module.longest = request->nlmsg_len;
}

static void module_keep_sha256(const struct nlattr *attr)
{
	const uint8_t *bytes = mnl_attr_get_payload(attr);
	size_t i;

	assert_int_equal(mnl_attr_get_type(attr), SHELLTRAP_POLICY_A_SHA256);
	assert_int_equal(mnl_attr_get_payload_len(attr), SHA256_DIGEST_LENGTH);
	for (i = 0; i < SHA256_DIGEST_LENGTH; i++)
		snprintf(module.sha256 + 2 * i, 3, "%02x", bytes[i]);
}

int channel_order(struct channel *unused, const struct nlmsghdr *request)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(request);
	const struct nlattr *attr;

	(void)unused;
	assert_int_equal(request->nlmsg_flags, NLM_F_ACK);
	switch (genl->cmd) {
	case SHELLTRAP_CMD_POLICY_BEGIN:
		module.begins++;
		module_forget();
		mnl_attr_for_each(attr, request, sizeof(*genl)) {
			if (mnl_attr_get_type(attr) == SHELLTRAP_POLICY_A_MEMBERS)
				module.members = mnl_attr_get_u32(attr);
			if (mnl_attr_get_type(attr) == SHELLTRAP_POLICY_A_TEXT)
				module.text = mnl_attr_get_u32(attr);
		}
		return 0;
	case SHELLTRAP_CMD_POLICY_ADD:
		module_keep(request);
		return module.error;
	}
	assert_int_equal(genl->cmd, SHELLTRAP_CMD_POLICY_COMMIT);
	module.commits++;
	module.observe = (struct number){0};
	module.sha256[0] = '\0';
	mnl_attr_for_each(attr, request, sizeof(*genl)) {
		if (mnl_attr_get_type(attr) == SHELLTRAP_POLICY_A_OBSERVE)
			module.observe = (struct number){ true, mnl_attr_get_u32(attr) };
		else
			module_keep_sha256(attr);
	}
	return 0;
}

int channel_ask(struct channel *unused, const struct nlmsghdr *request)
{
	(void)unused;
	assert_int_equal(request->nlmsg_flags, NLM_F_DUMP);
	module.next = 0;
	return 0;
}

int channel_dumped(struct channel *unused, const struct nlmsghdr **message, bool *interrupted)
{
	(void)unused;
	(void)interrupted;
	if (module.next == module.nr_kept)
		return 0;
	*message = module.kept[module.next++];
	return 1;
}

static void write_text(struct buffer *out, const struct shelltrap_policy *policy)
{
	buffer_reset(out);
	policy_put(out, policy);
}

/* The commit has the SHA-256 of what "policy show" prints. */
static void assert_sha256_of_text(const struct shelltrap_policy *policy)
{
	char sha256[SHA256_DIGEST_STRING_LENGTH];
	struct buffer text = {0};

	policy_put(&text, policy);
	assert_string_equal(module.sha256,
			    SHA256Data((const uint8_t *)text.data, text.len, sha256));
	buffer_free(&text);
}

static void assert_read_back(struct shelltrap_policy *policy)
{
	struct shelltrap_policy *back;

	module.begins = 0;
	module.commits = 0;
	assert_int_equal(policy_send(&channel, policy, &as_it_is), 0);
	assert_int_equal(module.begins, 1);
	assert_int_equal(module.commits, 1);
	assert_sha256_of_text(policy);
	assert_int_equal(module.members, policy->nr_members);
	assert_int_equal(policy_fetch(&channel, &back), 0);
	write_text(&first, policy);
	write_text(&second, back);
	assert_string_equal(first.data, second.data);
	policy_free(back);
	policy_free(policy);
}

static struct shelltrap_policy *built_in(void)
{
	struct shelltrap_policy *policy = policy_new();

	assert_null(shelltrap_defaults_add(policy));
	return policy;
}

TEST(the_built_in_policy_is_read_back_the_same)
{
	assert_read_back(built_in());
}

static void fill(struct shelltrap_policy *policy, unsigned int members)
{
	char path[SHELLTRAP_PATH_MAX];
	unsigned int i;

	for (i = 0; i < SHELLTRAP_SETS_MAX; i++) {
		snprintf(path, sizeof(path), "%0*u", SHELLTRAP_LABEL_MAX, i);
		assert_null(shelltrap_policy_add_set(policy, path));
		if (i)
			assert_null(shelltrap_policy_add_include(policy, 0, i));
	}
	for (i = 0; i < members; i++) {
		snprintf(path, sizeof(path), "/%0*u", i % 100 ? 8 : i % 1000 ? 200 : 4093, i);
		assert_null(shelltrap_policy_add_member(policy, i % SHELLTRAP_SETS_MAX,
							i % 3 ? SHELLTRAP_MEMBER_NAME :
								SHELLTRAP_MEMBER_PATH,
							i % 3 ? path + 1 + strlen(path + 1) - 8 :
								path));
	}
}

static void add_large_rules(struct shelltrap_policy *policy)
{
	char cgroup[SHELLTRAP_PATH_MAX] = "/", argv[SHELLTRAP_EXCEPTION_ARGV_MAX];
	char environment[SHELLTRAP_EXCEPTION_ENVIRONMENT_MAX];
	char not_cgroup[SHELLTRAP_NOT_CGROUP_MAX];
	char title[SHELLTRAP_TITLE_MAX + 1], name[SHELLTRAP_LABEL_MAX + 1];
	struct shelltrap_rule rule = {
		.name = name, .title = title, .threat = title, .reference = title, .cgroup = cgroup,
		.cwd = cgroup, .argv = argv, .argv_len = sizeof(argv), .actor = UINT64_MAX,
		.target = UINT64_MAX, .not_actor = UINT64_MAX, .environment = environment,
		.environment_len = sizeof(environment), .not_cgroup = not_cgroup,
		.not_cgroup_len = sizeof(not_cgroup),
		.scope = SHELLTRAP_SCOPE_SELF, .conditions = 7, .uid = 1, .has_uid = true,
		.severity = SHELLTRAP_SEVERITY_LOW, .action = SHELLTRAP_ACTION_ALLOW,
	};
	unsigned int i;

	memset(cgroup + 1, 'c', sizeof(cgroup) - 2);
	memset(environment, 'E', sizeof(environment));
	environment[sizeof(environment) - 1] = '\0';
	memset(not_cgroup, '/', sizeof(not_cgroup));
	not_cgroup[sizeof(not_cgroup) - 1] = '\0';
	memset(argv, 'a', sizeof(argv));
	argv[sizeof(argv) - 1] = '\0';
	memset(title, 't', sizeof(title));
	title[127] = '\0';
	for (i = 0; i < SHELLTRAP_RULES_MAX; i++) {
		snprintf(name, sizeof(name), "%047u", i);
		assert_null(shelltrap_policy_add_rule(policy, &rule));
	}
}

TEST(the_largest_policy_is_read_back_the_same)
{
	struct shelltrap_policy *policy = policy_new();
	int rule, set;

	fill(policy, SHELLTRAP_MEMBERS_MAX);
	add_large_rules(policy);
	assert_null(shelltrap_policy_finish(policy, &rule, &set));
	assert_read_back(policy);
	assert_true(module.longest < 48 * 1024);
}

TEST(the_announced_sizes_are_exact)
{
	struct shelltrap_policy *policy = built_in(), *other;

	assert_int_equal(policy_send(&channel, policy, &as_it_is), 0);
	policy_free(policy);
	other = calloc(1, shelltrap_policy_size(module.members, module.text));
	shelltrap_policy_init(other, module.members, module.text);
	assert_null(shelltrap_defaults_add(other));
	assert_int_equal(other->text_used, other->text_size);
	free(other);
}

TEST(rules_that_deny_or_kill_are_read_back_the_same)
{
	struct shelltrap_policy *policy = built_in();
	struct shelltrap_rule rule = {
		.name = "denies", .target = 1, .severity = SHELLTRAP_SEVERITY_LOW,
		.action = SHELLTRAP_ACTION_DENY, .anybody = true,
	};
	int number, set;

	assert_null(shelltrap_policy_add_rule(policy, &rule));
	rule.name = "kills";
	rule.action = SHELLTRAP_ACTION_KILL;
	rule.anybody = false;
	assert_null(shelltrap_policy_add_rule(policy, &rule));
	assert_null(shelltrap_policy_finish(policy, &number, &set));
	assert_read_back(policy);
	assert_non_null(strstr(second.data, "action = deny\nenforce = anybody\n"));
	assert_non_null(strstr(second.data, "action = kill\n"));
}

static void assert_commit_observes(const struct number *observe)
{
	struct shelltrap_policy *policy = built_in();

	assert_int_equal(policy_send(&channel, policy, observe), 0);
	assert_int_equal(module.observe.known, observe->known);
	assert_int_equal(module.observe.value, observe->value);
	policy_free(policy);
}

TEST(the_commit_carries_the_time_to_observe)
{
	const struct number hour = { true, 3600 }, now = { true, 0 };
	const struct number for_good = { true, OBSERVE_FOR_GOOD };

	assert_commit_observes(&as_it_is);
	assert_commit_observes(&hour);
	assert_commit_observes(&now);
	assert_commit_observes(&for_good);
}

static struct shelltrap_policy *with_holes(void)
{
	static const char argv[] = "x\0{number}";
	struct shelltrap_policy *policy = built_in();
	const struct shelltrap_rule rule = {
		.name = "holes", .target = 1, .severity = SHELLTRAP_SEVERITY_LOW,
		.action = SHELLTRAP_ACTION_OFF, .argv = argv, .argv_len = sizeof(argv),
		.argv_holes = true,
	};
	int number, set;

	assert_null(shelltrap_policy_add_rule(policy, &rule));
	assert_null(shelltrap_policy_finish(policy, &number, &set));
	return policy;
}

TEST(holes_are_read_back_the_same)
{
	assert_read_back(with_holes());
	assert_non_null(strstr(second.data, "argv = x {number}\n"));
}

static struct shelltrap_policy *with_environment(void)
{
	struct shelltrap_policy *policy = policy_new();
	const struct shelltrap_rule rule = {
		.name = "exception",
		.target = 1,
		.severity = SHELLTRAP_SEVERITY_LOW,
		.action = SHELLTRAP_ACTION_ALLOW,
		.environment = "RAILS_*\0A=b c",
		.environment_len = sizeof("RAILS_*\0A=b c"),
	};
	int number, set;

	assert_null(shelltrap_policy_add_set(policy, "shells"));
	assert_null(shelltrap_policy_add_member(policy, 0, SHELLTRAP_MEMBER_PATH, "/bin/sh"));
	assert_null(shelltrap_policy_add_rule(policy, &rule));
	assert_null(shelltrap_policy_finish(policy, &number, &set));
	return policy;
}

TEST(an_environment_is_read_back_the_same)
{
	assert_read_back(with_environment());
	assert_non_null(strstr(second.data, "environment = RAILS_* 'A=b c'\n"));
}

static struct shelltrap_policy *with_left_out(void)
{
	struct shelltrap_policy *policy = built_in();
	const struct shelltrap_rule rule = {
		.name = "left-out", .target = 1, .not_actor = 2,
		.severity = SHELLTRAP_SEVERITY_LOW, .action = SHELLTRAP_ACTION_ALERT,
		.not_cgroup = "/a\0/b", .not_cgroup_len = sizeof("/a\0/b"),
	};
	int number, set;

	assert_null(shelltrap_policy_add_rule(policy, &rule));
	assert_null(shelltrap_policy_finish(policy, &number, &set));
	return policy;
}

TEST(the_servers_for_which_a_rule_is_off_are_read_back_the_same)
{
	assert_read_back(with_left_out());
	assert_non_null(strstr(second.data, "\ncgroup -= /a /b\n"));
	assert_non_null(strstr(second.data, "\nactor -= "));
}

static void assert_refused(struct shelltrap_policy *policy, const char *why)
{
	module.commits = 0;
	module.error = -EINVAL;
	snprintf(channel.reason, sizeof(channel.reason), "Unknown attribute type");
	assert_int_equal(policy_send(&channel, policy, &as_it_is), -EINVAL);
	assert_non_null(strstr(channel.reason, why));
	assert_int_equal(module.commits, 0);
	module.error = 0;
	channel.reason[0] = '\0';
	policy_free(policy);
}

TEST(an_older_module_refuses_exceptions_that_it_does_not_know_in_words)
{
	assert_refused(with_holes(), "does not know exceptions with holes in argv;");
	assert_refused(with_environment(), "holes in argv, cwd or environment;");
	assert_refused(with_left_out(), "does not know rules with 'actor -=' or 'cgroup -=';");
}

TEST(an_error_ends_the_transaction)
{
	struct shelltrap_policy *policy = built_in();

	module.commits = 0;
	module.error = -EPERM;
	assert_int_equal(policy_send(&channel, policy, &as_it_is), -EPERM);
	assert_int_equal(module.commits, 0);
	module.error = 0;
	policy_free(policy);
}

TEST(a_rule_that_names_an_unknown_set_is_reported)
{
	struct nlmsghdr data[16] = {0};
	struct nlmsghdr *message = message_empty(data, SHELLTRAP_CMD_POLICY_ADD);
	struct shelltrap_policy *policy;
	struct nlattr *nest;

	module_forget();
	nest = mnl_attr_nest_start(message, SHELLTRAP_POLICY_A_RULE);
	mnl_attr_put_strz(message, SHELLTRAP_RULE_A_NAME, "r");
	mnl_attr_put_strz(message, SHELLTRAP_RULE_A_TARGET, "nowhere");
	mnl_attr_nest_end(message, nest);
	module_keep(message);
	assert_int_equal(policy_fetch(&channel, &policy), -EBADMSG);
	assert_string_equal(channel.reason, "a rule names an unknown set");
}

void tear_down_all(void)
{
	module_forget();
	buffer_free(&first);
	buffer_free(&second);
}
