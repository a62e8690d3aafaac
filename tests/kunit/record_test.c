// SPDX-License-Identifier: GPL-2.0
/*
 * Records: every attribute of the uapi has the right value, unknown facts have no attribute,
 * and SHELLTRAP_RECORD_MAX is large enough.
 */
#include <linux/kernel.h>
#include <linux/net.h>
#include <linux/socket.h>
#include <linux/stat.h>
#include <net/tcp_states.h>

#include "../../module/cgi.c"
#include "../../module/record.c"
#define SHELLTRAP_VERSION "1.2.3"
#include "../../module/record_event.c"
#include "suites.h"

#define INSTANCE	0xfedcba9876543210ULL
#define TIME		1763820000123456789ULL

static struct sk_buff *new_message(struct kunit *test)
{
	struct sk_buff *skb = alloc_skb(SHELLTRAP_RECORD_MAX, GFP_KERNEL);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, skb);
	return skb;
}

/* Removes the space that alloc_skb() adds by rounding up. */
static struct sk_buff *new_message_of(struct kunit *test, unsigned int size)
{
	struct sk_buff *skb = alloc_skb(size, GFP_KERNEL);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, skb);
	skb_reserve(skb, skb_tailroom(skb) - size);
	return skb;
}

static struct shelltrap_policy *new_policy(struct kunit *test)
{
	struct shelltrap_policy *policy;

	policy = kunit_kzalloc(test, sizeof(*policy), GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, policy);
	return policy;
}

static void add_rule(struct shelltrap_policy *policy, const char *name, u8 severity)
{
	struct shelltrap_rule *rule = &policy->rules[policy->nr_rules++];

	rule->name = name;
	rule->severity = severity;
}

/* Returns facts in which everything that can be unknown is unknown. */
static struct shelltrap_facts *new_facts(struct kunit *test)
{
	struct shelltrap_facts *facts = kunit_kzalloc(test, sizeof(*facts), GFP_KERNEL);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, facts);
	facts->verdict = SHELLTRAP_VERDICT_FAILED;
	facts->loginuid = -1;
	facts->sessionid = -1;
	facts->in.type = SHELLTRAP_STDIO_NONE;
	facts->out.type = SHELLTRAP_STDIO_NONE;
	facts->pathname = "/bin/sh";
	return facts;
}

static void fill_process(struct shelltrap_facts *facts)
{
	static const char argv[] = "sh\0-c\0id", environment[] = "BASH_ENV=/tmp/x";

	facts->rules = 1;
	facts->verdict = SHELLTRAP_VERDICT_OBSERVED;
	strscpy(facts->caller_comm, "php-fpm8.2", sizeof(facts->caller_comm));
	strscpy(facts->comm, "sh", sizeof(facts->comm));
	facts->pid = 1402;
	facts->tid = 1403;
	facts->ns_pid = 7;
	facts->start = 0x100000007ULL;
	facts->judged = true;
	facts->unheld = SHELLTRAP_UNHELD_OFF;
	facts->environment = environment;
	facts->environment_len = sizeof(environment);
	facts->pid_ns = 4026531836U;
	facts->mnt_ns = 4026531841U;
	facts->uid = 33;
	facts->gid = 34;
	facts->euid = 35;
	facts->egid = 36;
	facts->loginuid = 1000;
	facts->sessionid = 12;
	facts->argc = 3;
	facts->argv_len = sizeof(argv);
	facts->argv_truncated = true;
	facts->argv = argv;
	facts->interpreter = "/usr/bin/dash";
}

static void fill_rest(struct shelltrap_facts *facts)
{
	facts->file_dev = MKDEV(254, 1048575);
	facts->file_ino = 0x123456789abcULL;
	facts->file_mode = S_IFREG | 0755;
	facts->file_uid = 1;
	facts->file_gid = 2;
	facts->matched = SHELLTRAP_MATCHED_ANCESTOR;
	facts->server_pid = 812;
	strscpy(facts->server_comm, "nginx", sizeof(facts->server_comm));
	facts->cgroup_id = 0x100000d49ULL;
	facts->nr_ancestors = 2;
	facts->ancestors[0].pid = 812;
	strscpy(facts->ancestors[0].comm, "nginx", TASK_COMM_LEN);
	facts->ancestors[1].pid = 1;
	strscpy(facts->ancestors[1].comm, "systemd", TASK_COMM_LEN);
}

static void fill_socket(struct shelltrap_stdio *io)
{
	*io = (struct shelltrap_stdio){
		.type = SHELLTRAP_STDIO_SOCKET,
		.family = AF_INET,
		.sock_type = SOCK_STREAM,
		.state = TCP_ESTABLISHED,
		.local_port = htons(80),
		.peer_port = htons(40000),
		.local.v4 = htonl(0xc0000201),
		.peer.v4 = htonl(0xcb007105),
	};
}

static struct shelltrap_facts *full_facts(struct kunit *test)
{
	struct shelltrap_facts *facts = new_facts(test);

	fill_process(facts);
	fill_rest(facts);
	fill_socket(&facts->in);
	fill_socket(&facts->out);
	return facts;
}

static const struct shelltrap_paths full_paths = {
	.file = "/usr/bin/dash", .exe = "/usr/bin/dash (deleted)", .cwd = "/var/www/html",
	.server_exe = "/usr/sbin/nginx", .cgroup = "/system.slice/nginx.service",
};

static const struct shelltrap_paths no_paths;

static int put_all(struct sk_buff *skb, const struct shelltrap_policy *policy,
		   const struct shelltrap_facts *facts, const struct shelltrap_paths *paths)
{
	int err = shelltrap_record_put_header(skb, INSTANCE, TIME) ?:
		  shelltrap_record_put_alert(skb, policy, facts, paths);

	shelltrap_record_stamp(skb->data, skb->len, 42);
	return err;
}

/* Parses strictly: no attribute above @max, no bytes after the last attribute. */
static void parse(struct kunit *test, struct nlattr **attrs, int max, const void *head, int len)
{
	KUNIT_ASSERT_EQ(test, nla_parse(attrs, max, head, len, NULL, NULL), 0);
}

static void parse_nest(struct kunit *test, struct nlattr **attrs, int max,
		       const struct nlattr *nest)
{
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, nest);
	KUNIT_EXPECT_TRUE(test, nest->nla_type & NLA_F_NESTED);
	parse(test, attrs, max, nla_data(nest), nla_len(nest));
}

static void parse_record(struct kunit *test, struct nlattr **attrs, const struct sk_buff *skb)
{
	parse(test, attrs, SHELLTRAP_RECORD_A_MAX, skb->data, skb->len);
}

static void parse_alert(struct kunit *test, struct nlattr **attrs, const struct sk_buff *skb)
{
	struct nlattr *record[SHELLTRAP_RECORD_A_MAX + 1];

	parse_record(test, record, skb);
	parse_nest(test, attrs, SHELLTRAP_ALERT_A_MAX, record[SHELLTRAP_RECORD_A_ALERT]);
}

static void expect_bytes(struct kunit *test, const struct nlattr *attr, const void *bytes, int len)
{
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, attr);
	KUNIT_ASSERT_EQ(test, (int)nla_len(attr), len);
	KUNIT_EXPECT_EQ(test, memcmp(nla_data(attr), bytes, len), 0);
}

static void expect_string(struct kunit *test, const struct nlattr *attr, const char *expected)
{
	expect_bytes(test, attr, expected, strlen(expected) + 1);
}

static void expect_u32(struct kunit *test, const struct nlattr *attr, u32 expected)
{
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, attr);
	KUNIT_ASSERT_EQ(test, (int)nla_len(attr), 4);
	KUNIT_EXPECT_EQ(test, nla_get_u32(attr), expected);
}

static void expect_u64(struct kunit *test, const struct nlattr *attr, u64 expected)
{
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, attr);
	KUNIT_ASSERT_EQ(test, (int)nla_len(attr), 8);
	KUNIT_EXPECT_EQ(test, nla_get_u64(attr), expected);
}

/* Returns a bitmap of the attributes 1 to @max that are present, without padding. */
static u64 present(struct nlattr **attrs, int max, int pad)
{
	u64 found = 0;
	int type;

	for (type = 1; type <= max; type++)
		if (attrs[type] && type != pad)
			found |= BIT_ULL(type);
	return found;
}

static u64 all_of(int max, int pad)
{
	return (BIT_ULL(max + 1) - 1) & ~(BIT_ULL(pad) | 1);
}

static void a_header_has_number_instance_and_time(struct kunit *test)
{
	struct nlattr *attrs[SHELLTRAP_RECORD_A_MAX + 1];
	struct sk_buff *skb = new_message(test);

	KUNIT_EXPECT_EQ(test, shelltrap_record_put_header(skb, INSTANCE, TIME), 0);
	shelltrap_record_stamp(skb->data, skb->len, U64_MAX);
	parse_record(test, attrs, skb);
	expect_u64(test, attrs[SHELLTRAP_RECORD_A_SEQ], U64_MAX);
	expect_u64(test, attrs[SHELLTRAP_RECORD_A_INSTANCE], INSTANCE);
	expect_u64(test, attrs[SHELLTRAP_RECORD_A_TIME], TIME);
	KUNIT_EXPECT_TRUE(test, !attrs[SHELLTRAP_RECORD_A_ALERT]);
	KUNIT_EXPECT_TRUE(test, !attrs[SHELLTRAP_RECORD_A_LOSS]);
	kfree_skb(skb);
}

/* Of two kinds; the last one, without rule and server, is read back by parse_nest(). */
static struct shelltrap_losses *new_losses(struct kunit *test)
{
	struct shelltrap_losses *losses = kunit_kzalloc(test, sizeof(*losses), GFP_KERNEL);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, losses);
	losses->execs = 0x100000001ULL;
	losses->nr_causes = 2;
	losses->causes[0] = (struct shelltrap_loss_cause){
		.user = 33,
		.server_pid = 812,
		.server_comm = "php-fpm",
		.rule = "webserver_shell_exec",
		.execs = 1,
	};
	losses->causes[1] = (struct shelltrap_loss_cause){ .user = 7, .execs = 2 };
	return losses;
}

static void a_loss_has_number_and_reason(struct kunit *test)
{
	struct nlattr *attrs[SHELLTRAP_RECORD_A_MAX + 1], *loss[SHELLTRAP_LOSS_A_MAX + 1];
	struct nlattr *cause[SHELLTRAP_LOSS_CAUSE_A_MAX + 1];
	struct shelltrap_losses *losses = new_losses(test);
	struct sk_buff *skb = new_message(test);

	KUNIT_EXPECT_EQ(test, shelltrap_record_put_header(skb, INSTANCE, TIME), 0);
	KUNIT_EXPECT_EQ(test, shelltrap_record_put_loss(skb, losses, SHELLTRAP_LOSS_NO_SLOT), 0);
	parse_record(test, attrs, skb);
	KUNIT_EXPECT_TRUE(test, !attrs[SHELLTRAP_RECORD_A_ALERT]);
	parse_nest(test, loss, SHELLTRAP_LOSS_A_MAX, attrs[SHELLTRAP_RECORD_A_LOSS]);
	expect_u64(test, loss[SHELLTRAP_LOSS_A_LOST], 0x100000001ULL);
	expect_u32(test, loss[SHELLTRAP_LOSS_A_WHY], SHELLTRAP_LOSS_NO_SLOT);
	parse_nest(test, cause, SHELLTRAP_LOSS_CAUSE_A_MAX, loss[SHELLTRAP_LOSS_A_CAUSE]);
	expect_u64(test, cause[SHELLTRAP_LOSS_CAUSE_A_LOST], 2);
	KUNIT_EXPECT_TRUE(test, !cause[SHELLTRAP_LOSS_CAUSE_A_RULE]);
	KUNIT_EXPECT_TRUE(test, !cause[SHELLTRAP_LOSS_CAUSE_A_SERVER_PID]);
	expect_u32(test, cause[SHELLTRAP_LOSS_CAUSE_A_UID], 7);
	kfree_skb(skb);
}

static void expect_repeats(struct kunit *test, struct sk_buff *skb, u64 count, u64 latest)
{
	struct nlattr *attrs[SHELLTRAP_RECORD_A_MAX + 1], *repeats[SHELLTRAP_REPEATS_A_MAX + 1];

	parse_record(test, attrs, skb);
	parse_nest(test, repeats, SHELLTRAP_REPEATS_A_MAX, attrs[SHELLTRAP_RECORD_A_REPEATS]);
	expect_u64(test, repeats[SHELLTRAP_REPEATS_A_OF], 0x100000001ULL);
	expect_u64(test, repeats[SHELLTRAP_REPEATS_A_COUNT], count);
	expect_u64(test, repeats[SHELLTRAP_REPEATS_A_FIRST], TIME);
	expect_u64(test, repeats[SHELLTRAP_REPEATS_A_LATEST], latest);
	expect_u32(test, repeats[SHELLTRAP_REPEATS_A_VERDICT], SHELLTRAP_VERDICT_OBSERVED);
	KUNIT_EXPECT_TRUE(test, !!repeats[SHELLTRAP_REPEATS_A_RULE]);
	KUNIT_EXPECT_TRUE(test, !!repeats[SHELLTRAP_REPEATS_A_COMM]);
	KUNIT_EXPECT_TRUE(test, !!repeats[SHELLTRAP_REPEATS_A_PATHNAME]);
}

static void repeats_count_in_place(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test);
	struct shelltrap_facts *facts = full_facts(test);
	struct sk_buff *skb = new_message(test);

	add_rule(policy, "webserver_shell_exec", SHELLTRAP_SEVERITY_CRITICAL);
	facts->verdict = SHELLTRAP_VERDICT_OBSERVED;
	facts->time = TIME;
	KUNIT_EXPECT_EQ(test, shelltrap_record_put_header(skb, INSTANCE, TIME), 0);
	KUNIT_EXPECT_EQ(test, shelltrap_record_put_repeats(skb, policy, facts,
							   0x100000001ULL), 0);
	expect_repeats(test, skb, 1, TIME);
	shelltrap_record_count_repeat(skb->data, skb->len, TIME + 5);
	shelltrap_record_count_repeat(skb->data, skb->len, TIME + 9);
	expect_repeats(test, skb, 3, TIME + 9);
	kfree_skb(skb);
}

static void an_outcome_has_number_and_verdict(struct kunit *test)
{
	struct nlattr *attrs[SHELLTRAP_RECORD_A_MAX + 1], *outcome[SHELLTRAP_OUTCOME_A_MAX + 1];
	struct sk_buff *skb = new_message_of(test, SHELLTRAP_RECORD_OUTCOME_MAX);

	const struct shelltrap_outcome facts = {
		.of = 0x100000001ULL,
		.verdict = SHELLTRAP_VERDICT_KILLED,
	};

	KUNIT_EXPECT_EQ(test, shelltrap_record_put_header(skb, INSTANCE, TIME), 0);
	KUNIT_EXPECT_EQ(test, shelltrap_record_put_outcome(skb, &facts), 0);
	parse_record(test, attrs, skb);
	parse_nest(test, outcome, SHELLTRAP_OUTCOME_A_MAX, attrs[SHELLTRAP_RECORD_A_OUTCOME]);
	expect_u64(test, outcome[SHELLTRAP_OUTCOME_A_OF], 0x100000001ULL);
	expect_u32(test, outcome[SHELLTRAP_OUTCOME_A_VERDICT], SHELLTRAP_VERDICT_KILLED);
	KUNIT_EXPECT_TRUE(test, !outcome[SHELLTRAP_OUTCOME_A_BY]);
	KUNIT_EXPECT_TRUE(test, !outcome[SHELLTRAP_OUTCOME_A_WHY]);
	kfree_skb(skb);
}

/* In a message that has just the room that the module sets aside. */
static void an_outcome_of_what_was_held_has_reason_and_process(struct kunit *test)
{
	struct nlattr *attrs[SHELLTRAP_RECORD_A_MAX + 1], *outcome[SHELLTRAP_OUTCOME_A_MAX + 1];
	struct sk_buff *skb = new_message_of(test, SHELLTRAP_RECORD_OUTCOME_MAX);
	const struct shelltrap_outcome facts = {
		.of = 7,
		.verdict = SHELLTRAP_VERDICT_RELEASED,
		.why = SHELLTRAP_ENDED_COMMAND,
		.by = { .pid = 9, .comm = "fifteen-bytes-x", .uid = 0, .loginuid = 1000 },
	};

	KUNIT_EXPECT_EQ(test, shelltrap_record_put_header(skb, INSTANCE, TIME), 0);
	KUNIT_EXPECT_EQ(test, shelltrap_record_put_outcome(skb, &facts), 0);
	parse_record(test, attrs, skb);
	parse_nest(test, outcome, SHELLTRAP_OUTCOME_A_MAX, attrs[SHELLTRAP_RECORD_A_OUTCOME]);
	expect_u32(test, outcome[SHELLTRAP_OUTCOME_A_VERDICT], SHELLTRAP_VERDICT_RELEASED);
	expect_u32(test, outcome[SHELLTRAP_OUTCOME_A_WHY], SHELLTRAP_ENDED_COMMAND);
	KUNIT_EXPECT_TRUE(test, outcome[SHELLTRAP_OUTCOME_A_BY]);
	kfree_skb(skb);
}

/* Returns a message with everything that an alert can have. */
static struct sk_buff *full_message(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test);
	struct sk_buff *skb = new_message(test);

	add_rule(policy, "webserver_shell_exec", SHELLTRAP_SEVERITY_CRITICAL);
	KUNIT_ASSERT_EQ(test, put_all(skb, policy, full_facts(test), &full_paths), 0);
	return skb;
}

/*
 * Leaves the attributes of the nest @type of a full alert in @attrs; none may be missing.
 * They point into the message that is returned, which the caller frees.
 */
static struct sk_buff *full_nest(struct kunit *test, int type, struct nlattr **attrs, int max,
				 int pad)
{
	struct nlattr *alert[SHELLTRAP_ALERT_A_MAX + 1];
	struct sk_buff *skb = full_message(test);

	parse_alert(test, alert, skb);
	parse_nest(test, attrs, max, alert[type]);
	KUNIT_EXPECT_EQ(test, present(attrs, max, pad), all_of(max, pad));
	return skb;
}

static void an_alert_has_every_attribute(struct kunit *test)
{
	struct nlattr *alert[SHELLTRAP_ALERT_A_MAX + 1];
	struct sk_buff *skb = full_message(test);

	parse_alert(test, alert, skb);
	KUNIT_EXPECT_EQ(test, present(alert, SHELLTRAP_ALERT_A_MAX, SHELLTRAP_ALERT_A_PAD),
			all_of(SHELLTRAP_ALERT_A_MAX, SHELLTRAP_ALERT_A_PAD));
	expect_u32(test, alert[SHELLTRAP_ALERT_A_VERDICT], SHELLTRAP_VERDICT_OBSERVED);
	expect_string(test, alert[SHELLTRAP_ALERT_A_COMM], "php-fpm8.2");
	expect_string(test, alert[SHELLTRAP_ALERT_A_PATHNAME], "/bin/sh");
	expect_string(test, alert[SHELLTRAP_ALERT_A_INTERPRETER], "/usr/bin/dash");
	expect_u64(test, alert[SHELLTRAP_ALERT_A_CGROUP_ID], 0x100000d49ULL);
	expect_string(test, alert[SHELLTRAP_ALERT_A_CGROUP_PATH], full_paths.cgroup);
	kfree_skb(skb);
}

static void an_alert_has_all_of_its_process(struct kunit *test)
{
	struct nlattr *attrs[SHELLTRAP_PROCESS_A_MAX + 1];
	struct sk_buff *skb = full_nest(test, SHELLTRAP_ALERT_A_PROCESS, attrs,
					SHELLTRAP_PROCESS_A_MAX, SHELLTRAP_PROCESS_A_PAD);

	expect_u32(test, attrs[SHELLTRAP_PROCESS_A_PID], 1402);
	expect_u32(test, attrs[SHELLTRAP_PROCESS_A_TID], 1403);
	expect_string(test, attrs[SHELLTRAP_PROCESS_A_COMM], "sh");
	expect_string(test, attrs[SHELLTRAP_PROCESS_A_EXE], full_paths.exe);
	expect_bytes(test, attrs[SHELLTRAP_PROCESS_A_ARGV], "sh\0-c\0id", 9);
	expect_u32(test, attrs[SHELLTRAP_PROCESS_A_ARGC], 3);
	expect_bytes(test, attrs[SHELLTRAP_PROCESS_A_ARGV_TRUNCATED], "", 0);
	expect_string(test, attrs[SHELLTRAP_PROCESS_A_CWD], full_paths.cwd);
	expect_u32(test, attrs[SHELLTRAP_PROCESS_A_UID], 33);
	expect_u32(test, attrs[SHELLTRAP_PROCESS_A_GID], 34);
	expect_u32(test, attrs[SHELLTRAP_PROCESS_A_EUID], 35);
	expect_u32(test, attrs[SHELLTRAP_PROCESS_A_EGID], 36);
	expect_u32(test, attrs[SHELLTRAP_PROCESS_A_LOGINUID], 1000);
	expect_u32(test, attrs[SHELLTRAP_PROCESS_A_SESSIONID], 12);
	expect_u32(test, attrs[SHELLTRAP_PROCESS_A_PID_NS], 4026531836U);
	expect_u32(test, attrs[SHELLTRAP_PROCESS_A_MNT_NS], 4026531841U);
	expect_u32(test, attrs[SHELLTRAP_PROCESS_A_NS_PID], 7);
	expect_u64(test, attrs[SHELLTRAP_PROCESS_A_START], 0x100000007ULL);
	kfree_skb(skb);
}

static void an_alert_has_all_of_its_file(struct kunit *test)
{
	struct nlattr *attrs[SHELLTRAP_FILE_A_MAX + 1];
	struct sk_buff *skb = full_nest(test, SHELLTRAP_ALERT_A_FILE, attrs,
					SHELLTRAP_FILE_A_MAX, SHELLTRAP_FILE_A_PAD);

	expect_string(test, attrs[SHELLTRAP_FILE_A_PATH], full_paths.file);
	expect_u32(test, attrs[SHELLTRAP_FILE_A_DEV_MAJOR], 254);
	expect_u32(test, attrs[SHELLTRAP_FILE_A_DEV_MINOR], 1048575);
	expect_u64(test, attrs[SHELLTRAP_FILE_A_INO], 0x123456789abcULL);
	expect_u32(test, attrs[SHELLTRAP_FILE_A_MODE], 0100755);
	expect_u32(test, attrs[SHELLTRAP_FILE_A_UID], 1);
	expect_u32(test, attrs[SHELLTRAP_FILE_A_GID], 2);
	kfree_skb(skb);
}

static void an_alert_has_all_of_its_server(struct kunit *test)
{
	/* This version puts neither PORT nor STARTED. */
	struct nlattr *attrs[SHELLTRAP_SERVER_A_MATCHED + 1];
	struct sk_buff *skb = full_nest(test, SHELLTRAP_ALERT_A_SERVER, attrs,
					SHELLTRAP_SERVER_A_MATCHED, 0);

	expect_u32(test, attrs[SHELLTRAP_SERVER_A_PID], 812);
	expect_string(test, attrs[SHELLTRAP_SERVER_A_COMM], "nginx");
	expect_string(test, attrs[SHELLTRAP_SERVER_A_EXE], full_paths.server_exe);
	expect_u32(test, attrs[SHELLTRAP_SERVER_A_MATCHED], SHELLTRAP_MATCHED_ANCESTOR);
	kfree_skb(skb);
}

/* Returns the @nth attribute of a repeated type, or NULL. */
static struct nlattr *nth(const struct sk_buff *skb, int type, int n)
{
	struct nlattr *alert, *attr;
	int rest;

	alert = nla_find((struct nlattr *)skb->data, skb->len, SHELLTRAP_RECORD_A_ALERT);
	nla_for_each_nested(attr, alert, rest)
		if (nla_type(attr) == type && !n--)
			return attr;
	return NULL;
}

static void expect_ancestor(struct kunit *test, const struct nlattr *nest, u32 pid,
			    const char *comm)
{
	struct nlattr *attrs[SHELLTRAP_ANCESTOR_A_MAX + 1];

	parse_nest(test, attrs, SHELLTRAP_ANCESTOR_A_MAX, nest);
	expect_u32(test, attrs[SHELLTRAP_ANCESTOR_A_PID], pid);
	expect_string(test, attrs[SHELLTRAP_ANCESTOR_A_COMM], comm);
}

static void ancestors_come_parent_first(struct kunit *test)
{
	struct sk_buff *skb = full_message(test);

	expect_ancestor(test, nth(skb, SHELLTRAP_ALERT_A_ANCESTOR, 0), 812, "nginx");
	expect_ancestor(test, nth(skb, SHELLTRAP_ALERT_A_ANCESTOR, 1), 1, "systemd");
	KUNIT_EXPECT_TRUE(test, !nth(skb, SHELLTRAP_ALERT_A_ANCESTOR, 2));
	kfree_skb(skb);
}

static void expect_rule(struct kunit *test, const struct nlattr *nest, const char *name,
			u32 severity)
{
	struct nlattr *attrs[SHELLTRAP_RULE_A_MAX + 1];

	parse_nest(test, attrs, SHELLTRAP_RULE_A_MAX, nest);
	expect_string(test, attrs[SHELLTRAP_RULE_A_NAME], name);
	expect_u32(test, attrs[SHELLTRAP_RULE_A_SEVERITY], severity);
}

static void rules_that_were_hit_come_most_severe_first(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test);
	struct shelltrap_facts *facts = new_facts(test);
	struct sk_buff *skb = new_message(test);

	add_rule(policy, "low", SHELLTRAP_SEVERITY_LOW);
	add_rule(policy, "not hit", SHELLTRAP_SEVERITY_CRITICAL);
	add_rule(policy, "high", SHELLTRAP_SEVERITY_HIGH);
	add_rule(policy, "high too", SHELLTRAP_SEVERITY_HIGH);
	facts->rules = BIT_ULL(0) | BIT_ULL(2) | BIT_ULL(3);
	KUNIT_EXPECT_EQ(test, put_all(skb, policy, facts, &no_paths), 0);
	expect_rule(test, nth(skb, SHELLTRAP_ALERT_A_RULE, 0), "high", SHELLTRAP_SEVERITY_HIGH);
	expect_rule(test, nth(skb, SHELLTRAP_ALERT_A_RULE, 1), "high too", SHELLTRAP_SEVERITY_HIGH);
	expect_rule(test, nth(skb, SHELLTRAP_ALERT_A_RULE, 2), "low", SHELLTRAP_SEVERITY_LOW);
	KUNIT_EXPECT_TRUE(test, !nth(skb, SHELLTRAP_ALERT_A_RULE, 3));
	kfree_skb(skb);
}

static void unknown_facts_have_no_attribute(struct kunit *test)
{
	struct nlattr *alert[SHELLTRAP_ALERT_A_MAX + 1], *process[SHELLTRAP_PROCESS_A_MAX + 1];
	struct nlattr *io[SHELLTRAP_STDIO_A_MAX + 1];
	struct sk_buff *skb = new_message(test);

	KUNIT_EXPECT_EQ(test, put_all(skb, new_policy(test), new_facts(test), &no_paths), 0);
	parse_alert(test, alert, skb);
	KUNIT_EXPECT_EQ(test, present(alert, SHELLTRAP_ALERT_A_MAX, SHELLTRAP_ALERT_A_PAD),
			BIT_ULL(SHELLTRAP_ALERT_A_VERDICT) | BIT_ULL(SHELLTRAP_ALERT_A_COMM) |
			BIT_ULL(SHELLTRAP_ALERT_A_PATHNAME) |
			BIT_ULL(SHELLTRAP_ALERT_A_INTERPRETER) |
			BIT_ULL(SHELLTRAP_ALERT_A_PROCESS) | BIT_ULL(SHELLTRAP_ALERT_A_STDIN) |
			BIT_ULL(SHELLTRAP_ALERT_A_STDOUT));
	parse_nest(test, process, SHELLTRAP_PROCESS_A_MAX, alert[SHELLTRAP_ALERT_A_PROCESS]);
	KUNIT_EXPECT_EQ(test, present(process, SHELLTRAP_PROCESS_A_MAX, SHELLTRAP_PROCESS_A_PAD),
			all_of(SHELLTRAP_PROCESS_A_MAX, SHELLTRAP_PROCESS_A_PAD) &
			~(BIT_ULL(SHELLTRAP_PROCESS_A_EXE) | BIT_ULL(SHELLTRAP_PROCESS_A_ARGV) |
			  BIT_ULL(SHELLTRAP_PROCESS_A_ARGV_TRUNCATED) |
			  BIT_ULL(SHELLTRAP_PROCESS_A_CWD) |
			  BIT_ULL(SHELLTRAP_PROCESS_A_LOGINUID) |
			  BIT_ULL(SHELLTRAP_PROCESS_A_SESSIONID) |
			  BIT_ULL(SHELLTRAP_PROCESS_A_MNT_NS) |
			  BIT_ULL(SHELLTRAP_PROCESS_A_UNCLEAN) |
			  BIT_ULL(SHELLTRAP_PROCESS_A_ENVIRONMENT)));
	parse_nest(test, io, SHELLTRAP_STDIO_A_MAX, alert[SHELLTRAP_ALERT_A_STDIN]);
	expect_u32(test, io[SHELLTRAP_STDIO_A_TYPE], SHELLTRAP_STDIO_NONE);
	KUNIT_EXPECT_EQ(test, present(io, SHELLTRAP_STDIO_A_MAX, 0),
			BIT_ULL(SHELLTRAP_STDIO_A_TYPE));
	kfree_skb(skb);
}

static void the_interpreter_is_the_pathname_unless_there_is_another(struct kunit *test)
{
	struct nlattr *alert[SHELLTRAP_ALERT_A_MAX + 1];
	struct sk_buff *skb = new_message(test);

	KUNIT_EXPECT_EQ(test, put_all(skb, new_policy(test), new_facts(test), &no_paths), 0);
	parse_alert(test, alert, skb);
	expect_string(test, alert[SHELLTRAP_ALERT_A_INTERPRETER], "/bin/sh");
	kfree_skb(skb);
}

/* Puts @in as standard input, and stores its attributes in @attrs. */
static struct sk_buff *put_stdin(struct kunit *test, const struct shelltrap_stdio *in,
				 struct nlattr **attrs)
{
	struct nlattr *alert[SHELLTRAP_ALERT_A_MAX + 1];
	struct shelltrap_facts *facts = new_facts(test);
	struct sk_buff *skb = new_message(test);

	facts->in = *in;
	KUNIT_EXPECT_EQ(test, put_all(skb, new_policy(test), facts, &no_paths), 0);
	parse_alert(test, alert, skb);
	parse_nest(test, attrs, SHELLTRAP_STDIO_A_MAX, alert[SHELLTRAP_ALERT_A_STDIN]);
	return skb;
}

static void a_connected_socket_has_both_addresses(struct kunit *test)
{
	struct nlattr *attrs[SHELLTRAP_STDIO_A_MAX + 1];
	struct shelltrap_stdio in;
	struct sk_buff *skb;

	fill_socket(&in);
	skb = put_stdin(test, &in, attrs);
	KUNIT_EXPECT_EQ(test, present(attrs, SHELLTRAP_STDIO_A_MAX, 0),
			all_of(SHELLTRAP_STDIO_A_MAX, 0));
	expect_u32(test, attrs[SHELLTRAP_STDIO_A_TYPE], SHELLTRAP_STDIO_SOCKET);
	expect_u32(test, attrs[SHELLTRAP_STDIO_A_FAMILY], AF_INET);
	expect_u32(test, attrs[SHELLTRAP_STDIO_A_SOCK_TYPE], SOCK_STREAM);
	expect_u32(test, attrs[SHELLTRAP_STDIO_A_STATE], TCP_ESTABLISHED);
	expect_bytes(test, attrs[SHELLTRAP_STDIO_A_LOCAL_ADDR], "\xc0\x00\x02\x01", 4);
	expect_u32(test, attrs[SHELLTRAP_STDIO_A_LOCAL_PORT], 80);
	expect_bytes(test, attrs[SHELLTRAP_STDIO_A_PEER_ADDR], "\xcb\x00\x71\x05", 4);
	expect_u32(test, attrs[SHELLTRAP_STDIO_A_PEER_PORT], 40000);
	kfree_skb(skb);
}

static void an_ipv6_socket_has_16_bytes_of_address(struct kunit *test)
{
	static const struct shelltrap_stdio in = {
		.type = SHELLTRAP_STDIO_SOCKET, .family = AF_INET6, .sock_type = SOCK_STREAM,
		.state = TCP_ESTABLISHED,
		.local.v6.s6_addr = { 0x20, 0x01, [15] = 1 }, .local_port = htons(1),
		.peer.v6.s6_addr = { 0xfe, 0x80, [15] = 2 }, .peer_port = htons(65535),
	};
	struct nlattr *attrs[SHELLTRAP_STDIO_A_MAX + 1];
	struct sk_buff *skb = put_stdin(test, &in, attrs);

	expect_bytes(test, attrs[SHELLTRAP_STDIO_A_LOCAL_ADDR], &in.local.v6, 16);
	expect_bytes(test, attrs[SHELLTRAP_STDIO_A_PEER_ADDR], &in.peer.v6, 16);
	expect_u32(test, attrs[SHELLTRAP_STDIO_A_PEER_PORT], 65535);
	kfree_skb(skb);
}

static void a_listening_socket_has_no_peer(struct kunit *test)
{
	static const struct shelltrap_stdio in = {
		.type = SHELLTRAP_STDIO_SOCKET, .family = AF_INET, .sock_type = SOCK_STREAM,
		.state = TCP_LISTEN, .local_port = htons(9000),
	};
	struct nlattr *attrs[SHELLTRAP_STDIO_A_MAX + 1];
	struct sk_buff *skb = put_stdin(test, &in, attrs);

	expect_u32(test, attrs[SHELLTRAP_STDIO_A_STATE], TCP_LISTEN);
	expect_bytes(test, attrs[SHELLTRAP_STDIO_A_LOCAL_ADDR], "\0\0\0\0", 4);
	KUNIT_EXPECT_TRUE(test, !attrs[SHELLTRAP_STDIO_A_PEER_ADDR]);
	KUNIT_EXPECT_TRUE(test, !attrs[SHELLTRAP_STDIO_A_PEER_PORT]);
	kfree_skb(skb);
}

static void a_unix_socket_has_no_addresses(struct kunit *test)
{
	static const struct shelltrap_stdio in = {
		.type = SHELLTRAP_STDIO_SOCKET, .family = AF_UNIX, .sock_type = SOCK_SEQPACKET,
		.state = TCP_ESTABLISHED,
	};
	struct nlattr *attrs[SHELLTRAP_STDIO_A_MAX + 1];
	struct sk_buff *skb = put_stdin(test, &in, attrs);

	KUNIT_EXPECT_EQ(test, present(attrs, SHELLTRAP_STDIO_A_MAX, 0),
			BIT_ULL(SHELLTRAP_STDIO_A_TYPE) | BIT_ULL(SHELLTRAP_STDIO_A_FAMILY) |
			BIT_ULL(SHELLTRAP_STDIO_A_SOCK_TYPE) | BIT_ULL(SHELLTRAP_STDIO_A_STATE));
	expect_u32(test, attrs[SHELLTRAP_STDIO_A_SOCK_TYPE], SOCK_SEQPACKET);
	kfree_skb(skb);
}

static char *longest(struct kunit *test, size_t size)
{
	char *text = kunit_kzalloc(test, size, GFP_KERNEL);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, text);
	memset(text, 'x', size - 1);
	return text;
}

/* Returns everything that an alert can have, with the largest values. */
static struct shelltrap_facts *largest_facts(struct kunit *test)
{
	struct shelltrap_facts *facts = full_facts(test);
	int i;

	facts->rules = U64_MAX;
	memset(facts->caller_comm, 'c', TASK_COMM_LEN - 1);
	memset(facts->comm, 'c', TASK_COMM_LEN - 1);
	memset(facts->server_comm, 'c', TASK_COMM_LEN - 1);
	facts->nr_ancestors = SHELLTRAP_ANCESTORS_MAX;
	for (i = 0; i < SHELLTRAP_ANCESTORS_MAX; i++)
		memset(facts->ancestors[i].comm, 'c', TASK_COMM_LEN - 1);
	facts->in.family = AF_INET6;
	facts->out.family = AF_INET6;
	facts->pathname = longest(test, SHELLTRAP_PATH_MAX);
	facts->interpreter = longest(test, SHELLTRAP_INTERPRETER_MAX);
	facts->argv = longest(test, SHELLTRAP_ARGV_MAX);
	facts->argv_len = SHELLTRAP_ARGV_MAX;
	return facts;
}

/* Without an interpreter the pathname is in the record twice: this is the largest case. */
static void the_largest_record_fits_into_record_max(struct kunit *test)
{
	struct sk_buff *skb = new_message_of(test, SHELLTRAP_RECORD_MAX);
	struct nlattr *alert[SHELLTRAP_ALERT_A_MAX + 1];
	struct shelltrap_policy *policy = new_policy(test);
	struct shelltrap_facts *facts = largest_facts(test);
	const char *path = longest(test, SHELLTRAP_PATH_MAX);
	const struct shelltrap_paths paths = { path, path, path, path, path };
	const char *label = longest(test, SHELLTRAP_LABEL_MAX + 1);
	const char *title = longest(test, SHELLTRAP_TITLE_MAX + 1);
	int i;

	for (i = 0; i < SHELLTRAP_RULES_MAX; i++) {
		add_rule(policy, label, SHELLTRAP_SEVERITY_LOW);
		policy->rules[i].title = title;
		policy->rules[i].threat = title;
		policy->rules[i].reference = title;
	}
	KUNIT_EXPECT_EQ(test, put_all(skb, policy, facts, &paths), 0);
	parse_alert(test, alert, skb);
	skb_trim(skb, 0);
	facts->interpreter = "";
	KUNIT_ASSERT_EQ(test, put_all(skb, policy, facts, &paths), 0);
	parse_alert(test, alert, skb);
	KUNIT_EXPECT_TRUE(test, nth(skb, SHELLTRAP_ALERT_A_RULE, SHELLTRAP_RULES_MAX - 1));
	expect_string(test, alert[SHELLTRAP_ALERT_A_CGROUP_PATH], path);
	KUNIT_EXPECT_TRUE(test, shelltrap_record_size(facts, &paths) >= skb->len);
	kunit_info(test, "%u bytes of %u", skb->len, SHELLTRAP_RECORD_MAX);
	kfree_skb(skb);
}

/*
 * Returns the length of the record in a message of @size bytes, if it had room. Where unaligned
 * accesses are slow, 64-bit attributes get padding, which depends on where the message begins.
 */
static unsigned int length_with_room(struct kunit *test, const struct shelltrap_policy *policy,
				     const struct shelltrap_facts *facts, unsigned int size)
{
	struct sk_buff *skb = new_message_of(test, size + 1024);
	unsigned int len;

	KUNIT_ASSERT_EQ(test, put_all(skb, policy, facts, &full_paths), 0);
	len = skb->len;
	kfree_skb(skb);
	return len;
}

/* At each size up to the right one: returns the error, and never writes beyond the size. */
static void a_message_too_small_for_an_alert_is_an_error(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test);
	struct shelltrap_facts *facts = full_facts(test);
	unsigned int size, enough = 0;
	struct sk_buff *skb;

	add_rule(policy, "webserver_shell_exec", SHELLTRAP_SEVERITY_CRITICAL);
	for (size = 0; size <= enough; size++) {
		enough = length_with_room(test, policy, facts, size);
		skb = new_message_of(test, size);
		KUNIT_EXPECT_EQ_MSG(test, put_all(skb, policy, facts, &full_paths),
				    size < enough ? -EMSGSIZE : 0, "%u bytes of %u", size, enough);
		KUNIT_EXPECT_TRUE(test, skb->len <= size);
		kfree_skb(skb);
	}
}

static void a_message_too_small_for_a_loss_is_an_error(struct kunit *test)
{
	struct shelltrap_losses *losses = new_losses(test);
	struct sk_buff *skb = new_message(test);
	unsigned int size, enough;

	KUNIT_EXPECT_EQ(test, shelltrap_record_put_loss(skb, losses, SHELLTRAP_LOSS_NO_SLOT), 0);
	enough = skb->len;
	kfree_skb(skb);
	for (size = 0; size <= enough; size++) {
		skb = new_message_of(test, size);
		KUNIT_EXPECT_EQ(test, shelltrap_record_put_loss(skb, losses,
								SHELLTRAP_LOSS_NO_SLOT),
				size < enough ? -EMSGSIZE : 0);
		kfree_skb(skb);
	}
}

/* Puts the event that @policy has replaced @before into an event's largest message. */
static struct sk_buff *policy_event(struct kunit *test, const struct shelltrap_policy *policy,
				    const struct shelltrap_policy *before, struct nlattr **event)
{
	static const u8 sha256[SHELLTRAP_SHA256_SIZE];
	static const u32 observe = 60;
	const struct shelltrap_event_facts facts = {
		.kind = SHELLTRAP_EVENT_POLICY_LOADED,
		.by = { .pid = 4711, .comm = "fifteen-letters", .uid = 1, .loginuid = 2 },
		.policy = policy,
		.before = before,
		.sha256 = sha256,
		.observe = &observe,
	};
	struct sk_buff *skb = new_message_of(test, SHELLTRAP_RECORD_EVENT_MAX);
	struct nlattr *attrs[SHELLTRAP_RECORD_A_MAX + 1];

	KUNIT_ASSERT_EQ(test, shelltrap_record_put_header(skb, INSTANCE, TIME), 0);
	KUNIT_ASSERT_EQ(test, shelltrap_record_put_event(skb, &facts), 0);
	parse_record(test, attrs, skb);
	parse_nest(test, event, SHELLTRAP_EVENT_A_MAX, attrs[SHELLTRAP_RECORD_A_EVENT]);
	return skb;
}

static void an_event_names_the_rules_that_came_went_and_changed(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test), *before = new_policy(test);
	struct nlattr *event[SHELLTRAP_EVENT_A_MAX + 1];
	struct sk_buff *skb;

	add_rule(policy, "same", SHELLTRAP_SEVERITY_LOW);
	add_rule(policy, "changed", SHELLTRAP_SEVERITY_LOW);
	add_rule(policy, "came", SHELLTRAP_SEVERITY_LOW);
	add_rule(before, "went", SHELLTRAP_SEVERITY_LOW);
	add_rule(before, "changed", SHELLTRAP_SEVERITY_HIGH);
	add_rule(before, "same", SHELLTRAP_SEVERITY_LOW);
	skb = policy_event(test, policy, before, event);
	KUNIT_EXPECT_STREQ(test, (char *)nla_data(event[SHELLTRAP_EVENT_A_CAME]), "came");
	KUNIT_EXPECT_STREQ(test, (char *)nla_data(event[SHELLTRAP_EVENT_A_WENT]), "went");
	KUNIT_EXPECT_STREQ(test, (char *)nla_data(event[SHELLTRAP_EVENT_A_CHANGED]), "changed");
	expect_u32(test, event[SHELLTRAP_EVENT_A_RULES], 3);
	expect_u32(test, event[SHELLTRAP_EVENT_A_OBSERVE], 60);
	kfree_skb(skb);
}

static void the_largest_event_fits_into_event_max(struct kunit *test)
{
	struct shelltrap_policy *policy = new_policy(test), *before = new_policy(test);
	struct nlattr *event[SHELLTRAP_EVENT_A_MAX + 1];
	char *name;
	int i;

	for (i = 0; i < 2 * SHELLTRAP_RULES_MAX; i++) {
		name = kunit_kzalloc(test, SHELLTRAP_LABEL_MAX + 1, GFP_KERNEL);
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, name);
		snprintf(name, SHELLTRAP_LABEL_MAX + 1, "%047d", i);
		add_rule(i % 2 ? policy : before, name, SHELLTRAP_SEVERITY_LOW);
	}
	kfree_skb(policy_event(test, policy, before, event));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(a_header_has_number_instance_and_time),
	KUNIT_CASE(a_loss_has_number_and_reason),
	KUNIT_CASE(an_outcome_has_number_and_verdict),
	KUNIT_CASE(an_outcome_of_what_was_held_has_reason_and_process),
	KUNIT_CASE(repeats_count_in_place),
	KUNIT_CASE(an_event_names_the_rules_that_came_went_and_changed),
	KUNIT_CASE(the_largest_event_fits_into_event_max),
	KUNIT_CASE(an_alert_has_every_attribute),
	KUNIT_CASE(an_alert_has_all_of_its_process),
	KUNIT_CASE(an_alert_has_all_of_its_file),
	KUNIT_CASE(an_alert_has_all_of_its_server),
	KUNIT_CASE(ancestors_come_parent_first),
	KUNIT_CASE(rules_that_were_hit_come_most_severe_first),
	KUNIT_CASE(unknown_facts_have_no_attribute),
	KUNIT_CASE(the_interpreter_is_the_pathname_unless_there_is_another),
	KUNIT_CASE(a_connected_socket_has_both_addresses),
	KUNIT_CASE(an_ipv6_socket_has_16_bytes_of_address),
	KUNIT_CASE(a_listening_socket_has_no_peer),
	KUNIT_CASE(a_unix_socket_has_no_addresses),
	KUNIT_CASE(the_largest_record_fits_into_record_max),
	KUNIT_CASE(a_message_too_small_for_an_alert_is_an_error),
	KUNIT_CASE(a_message_too_small_for_a_loss_is_an_error),
	{}
};

struct kunit_suite shelltrap_record_suite = {
	.name = "shelltrap-record",
	.test_cases = cases,
};
