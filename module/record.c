// SPDX-License-Identifier: GPL-2.0
#include <linux/bitops.h>
#include <linux/kdev_t.h>
#include <linux/string.h>
#include <linux/types.h>
#include <linux/skbuff.h>
#include <net/netlink.h>

#include "decide.h"
#include "environment.h"
#include "loss.h"
#include "record.h"
#include "text.h"

/* An attribute's length has 16 bits, and the longest attribute is the alert itself. */
static_assert(SHELLTRAP_RECORD_MAX < U16_MAX);

/*
 * nla_put() and what it calls take more than a hundred instructions for an attribute, and a
 * record has more than fifty. So attributes are put here. A record is linear, so it has room for
 * what skb_tailroom() says.
 */
static __always_inline void record_commit(struct sk_buff *skb, int type, u32 len)
{
	struct nlattr *attr = (struct nlattr *)skb_tail_pointer(skb);
	u32 size = nla_total_size(len), end = nla_attr_size(len);

	attr->nla_type = type;
	attr->nla_len = end;
	for (; end < size; end++)
		((u8 *)attr)[end] = 0;
	skb->tail += size;
	skb->len += size;
}

/* Returns the bytes that the next attribute may have, with its padding. May be negative. */
static __always_inline int record_room(const struct sk_buff *skb)
{
	return ALIGN_DOWN(skb_tailroom(skb), NLA_ALIGNTO) - NLA_HDRLEN;
}

static void *record_payload(const struct sk_buff *skb)
{
	return skb_tail_pointer(skb) + NLA_HDRLEN;
}

static __always_inline int record_put(struct sk_buff *skb, int type, u32 len, const void *bytes)
{
	if (record_room(skb) < (int)len)
		return -EMSGSIZE;
	memcpy(record_payload(skb), bytes, len);
	record_commit(skb, type, len);
	return 0;
}

static noinline int record_put_bytes(struct sk_buff *skb, int type, u32 len, const void *bytes)
{
	return record_put(skb, type, len, bytes);
}

static noinline int record_put_u32(struct sk_buff *skb, int type, u32 value)
{
	return record_put(skb, type, sizeof(value), &value);
}

/* @pad: type of the attribute that aligns the value, where the machine needs that. */
static noinline int record_put_u64(struct sk_buff *skb, int type, u64 value, int pad)
{
	if (nla_need_padding_for_64bit(skb))
		return nla_put_u64_64bit(skb, type, value, pad);
	return record_put(skb, type, sizeof(value), &value);
}

/* Puts nothing if @string is NULL. strscpy() copies word by word, and finds the end meanwhile. */
static noinline int record_put_string(struct sk_buff *skb, int type, const char *string)
{
	int room = record_room(skb);
	ssize_t len;

	if (!string)
		return 0;
	len = room > 0 ? strscpy(record_payload(skb), string, room) : -E2BIG;
	if (len < 0)
		return -EMSGSIZE;
	record_commit(skb, type, len + 1);
	return 0;
}

/* Ends with nla_nest_end(). */
static struct nlattr *record_nest(struct sk_buff *skb, int type)
{
	struct nlattr *nest = (struct nlattr *)skb_tail_pointer(skb);

	if (record_room(skb) < 0)
		return NULL;
	record_commit(skb, type | NLA_F_NESTED, 0);
	return nest;
}

static u32 size_of(const char *text)
{
	return text ? nla_total_size(shelltrap_text_len(text) + 1) : 0;
}

/* A rule has a name, a severity and a threat; the leading one also a title and a reference. */
#define RULE_SIZE	(SHELLTRAP_LABEL_MAX + SHELLTRAP_TITLE_MAX + 32)
#define SMALL_SIZE	(2 * SHELLTRAP_TITLE_MAX + 1024)
#define ANCESTOR_SIZE	(TASK_COMM_LEN + 16)
#define CLIENT_SIZE	80

static u32 cgi_size(const struct shelltrap_cgi *cgi)
{
	u32 size = 0;
	int value;

	for (value = 0; value < SHELLTRAP_CGI_NR; value++)
		size += size_of(shelltrap_cgi_text(cgi, value));
	return size;
}

u32 shelltrap_record_size(const struct shelltrap_facts *facts, const struct shelltrap_paths *paths)
{
	return SMALL_SIZE + RULE_SIZE * hweight64(facts->rules) +
	       ANCESTOR_SIZE * facts->nr_ancestors + nla_total_size(facts->argv_len) +
	       nla_total_size(min_t(u32, facts->environment_len,
				    SHELLTRAP_RECORD_ENVIRONMENT)) +
	       2 * size_of(facts->pathname) + size_of(facts->interpreter) +
	       size_of(paths->file) + size_of(paths->exe) + size_of(paths->cwd) +
	       size_of(paths->server_exe) + size_of(paths->cgroup) + cgi_size(paths->cgi) +
	       CLIENT_SIZE * SHELLTRAP_CLIENTS_MAX + ANCESTOR_SIZE * SHELLTRAP_PROXIES_MAX;
}

void shelltrap_record_stamp(void *record, u32 len, u64 seq)
{
	struct nlattr *attr = nla_find(record, len, SHELLTRAP_RECORD_A_SEQ);

	if (attr)
		memcpy(nla_data(attr), &seq, sizeof(seq));
}

int shelltrap_record_put_header(struct sk_buff *skb, u64 instance, u64 time)
{
	return record_put_u64(skb, SHELLTRAP_RECORD_A_SEQ, 0, SHELLTRAP_RECORD_A_PAD) ?:
	       record_put_u64(skb, SHELLTRAP_RECORD_A_INSTANCE, instance, SHELLTRAP_RECORD_A_PAD) ?:
	       record_put_u64(skb, SHELLTRAP_RECORD_A_TIME, time, SHELLTRAP_RECORD_A_PAD);
}

/* Only the leading (most severe) rule has its title and reference in the alert. */
static int record_put_rule(struct sk_buff *skb, int type, const struct shelltrap_rule *rule,
			   u32 severity, bool leads)
{
	struct nlattr *nest = record_nest(skb, type);

	if (!nest || record_put_string(skb, SHELLTRAP_RULE_A_NAME, rule->name) ||
	    record_put_u32(skb, SHELLTRAP_RULE_A_SEVERITY, severity) ||
	    record_put_string(skb, SHELLTRAP_RULE_A_THREAT, rule->threat))
		return -EMSGSIZE;
	if (leads && (record_put_string(skb, SHELLTRAP_RULE_A_TITLE, rule->title) ||
		      record_put_string(skb, SHELLTRAP_RULE_A_REFERENCE, rule->reference)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/* Returns the severity of a rule in this alert; 0 if @rule is negative. */
static u32 record_severity(const struct shelltrap_policy *policy, int rule, u64 lowered)
{
	u32 severity = rule < 0 ? 0 : policy->rules[rule].severity;

	if (rule >= 0 && (lowered & BIT_ULL(rule)))
		severity = min_t(u32, severity, SHELLTRAP_SEVERITY_HIGH);
	return severity;
}

static int record_leading(const struct shelltrap_policy *policy, u64 rules, u64 lowered)
{
	int plain = shelltrap_policy_leading(policy, rules & ~lowered), low;

	if (!(rules & lowered))
		return plain;
	low = shelltrap_policy_leading(policy, rules & lowered);
	return record_severity(policy, low, lowered) > record_severity(policy, plain, lowered) ?
	       low : plain;
}

/* Puts the most severe rule first. */
static int record_put_rules(struct sk_buff *skb, const struct shelltrap_policy *policy, u64 rules,
			    u64 lowered)
{
	bool leads = true;
	int err = 0;
	int rule;

	for (; rules && !err; rules &= ~BIT_ULL(rule), leads = false) {
		rule = record_leading(policy, rules, lowered);
		if (rule < 0)
			break;
		err = record_put_rule(skb, SHELLTRAP_ALERT_A_RULE, &policy->rules[rule],
				      record_severity(policy, rule, lowered), leads);
	}
	return err;
}

static int record_put_optional_id(struct sk_buff *skb, int type, u32 id)
{
	return id == (u32)-1 ? 0 : record_put_u32(skb, type, id);
}

static int record_put_ids(struct sk_buff *skb, const struct shelltrap_facts *facts)
{
	return record_put_u32(skb, SHELLTRAP_PROCESS_A_UID, facts->uid) ?:
	       record_put_u32(skb, SHELLTRAP_PROCESS_A_GID, facts->gid) ?:
	       record_put_u32(skb, SHELLTRAP_PROCESS_A_EUID, facts->euid) ?:
	       record_put_u32(skb, SHELLTRAP_PROCESS_A_EGID, facts->egid) ?:
	       record_put_optional_id(skb, SHELLTRAP_PROCESS_A_LOGINUID, facts->loginuid) ?:
	       record_put_optional_id(skb, SHELLTRAP_PROCESS_A_SESSIONID, facts->sessionid);
}

static int record_put_namespaces(struct sk_buff *skb, const struct shelltrap_facts *facts)
{
	if (facts->mnt_ns && record_put_u32(skb, SHELLTRAP_PROCESS_A_MNT_NS, facts->mnt_ns))
		return -EMSGSIZE;
	return record_put_u32(skb, SHELLTRAP_PROCESS_A_PID_NS, facts->pid_ns) ?:
	       record_put_u32(skb, SHELLTRAP_PROCESS_A_NS_PID, facts->ns_pid);
}

static int record_put_argv(struct sk_buff *skb, const struct shelltrap_facts *facts)
{
	if (facts->argv_len &&
	    record_put_bytes(skb, SHELLTRAP_PROCESS_A_ARGV, facts->argv_len, facts->argv))
		return -EMSGSIZE;
	if (facts->argv_truncated && nla_put_flag(skb, SHELLTRAP_PROCESS_A_ARGV_TRUNCATED))
		return -EMSGSIZE;
	return record_put_u32(skb, SHELLTRAP_PROCESS_A_ARGC, facts->argc);
}

/*
 * Fills @to, if it is not NULL, with the variables as far as they may be shown. "..." stands for
 * those for which there is no room.
 */
static u32 record_environment(const struct shelltrap_facts *facts, char *to)
{
	static const char more[] = "...";
	const char *at = facts->environment, *end = at + facts->environment_len;
	u32 size = 0, shown;

	for (; at < end; at += strlen(at) + 1) {
		shown = shelltrap_environment_shown(at);
		if (size + shown + 1 + sizeof(more) > SHELLTRAP_RECORD_ENVIRONMENT) {
			if (to)
				memcpy(to + size, more, sizeof(more));
			return size + sizeof(more);
		}
		if (to) {
			memcpy(to + size, at, shown);
			to[size + shown] = '\0';
		}
		size += shown + 1;
	}
	return size;
}

static int record_put_clean(struct sk_buff *skb, const struct shelltrap_facts *facts)
{
	struct nlattr *attr;

	if (!facts->judged)
		return 0;
	if (nla_put_u32(skb, SHELLTRAP_PROCESS_A_UNCLEAN, facts->unclean))
		return -EMSGSIZE;
	if (!facts->environment_len)
		return 0;
	attr = nla_reserve(skb, SHELLTRAP_PROCESS_A_ENVIRONMENT, record_environment(facts, NULL));
	if (!attr)
		return -EMSGSIZE;
	record_environment(facts, nla_data(attr));
	return 0;
}

static int record_put_process(struct sk_buff *skb, const struct shelltrap_facts *facts,
			      const struct shelltrap_paths *paths)
{
	struct nlattr *nest = record_nest(skb, SHELLTRAP_ALERT_A_PROCESS);

	if (!nest || record_put_u32(skb, SHELLTRAP_PROCESS_A_PID, facts->pid) ||
	    record_put_u32(skb, SHELLTRAP_PROCESS_A_TID, facts->tid) ||
	    record_put_string(skb, SHELLTRAP_PROCESS_A_COMM, facts->comm) ||
	    record_put_string(skb, SHELLTRAP_PROCESS_A_EXE, paths->exe) ||
	    record_put_argv(skb, facts) ||
	    record_put_string(skb, SHELLTRAP_PROCESS_A_CWD, paths->cwd) ||
	    record_put_ids(skb, facts) || record_put_namespaces(skb, facts) ||
	    record_put_clean(skb, facts) ||
	    record_put_u64(skb, SHELLTRAP_PROCESS_A_START, facts->start,
			   SHELLTRAP_PROCESS_A_PAD))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int record_put_file(struct sk_buff *skb, const struct shelltrap_facts *facts,
			   const char *path)
{
	struct nlattr *nest;

	if (!path)
		return 0;
	nest = record_nest(skb, SHELLTRAP_ALERT_A_FILE);
	if (!nest || record_put_string(skb, SHELLTRAP_FILE_A_PATH, path) ||
	    record_put_u32(skb, SHELLTRAP_FILE_A_DEV_MAJOR, MAJOR(facts->file_dev)) ||
	    record_put_u32(skb, SHELLTRAP_FILE_A_DEV_MINOR, MINOR(facts->file_dev)) ||
	    record_put_u64(skb, SHELLTRAP_FILE_A_INO, facts->file_ino, SHELLTRAP_FILE_A_PAD) ||
	    record_put_u32(skb, SHELLTRAP_FILE_A_MODE, facts->file_mode) ||
	    record_put_u32(skb, SHELLTRAP_FILE_A_UID, facts->file_uid) ||
	    record_put_u32(skb, SHELLTRAP_FILE_A_GID, facts->file_gid))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int record_put_server(struct sk_buff *skb, const struct shelltrap_facts *facts,
			     const char *exe)
{
	struct nlattr *nest;

	if (!facts->matched)
		return 0;
	nest = record_nest(skb, SHELLTRAP_ALERT_A_SERVER);
	if (!nest || record_put_u32(skb, SHELLTRAP_SERVER_A_PID, facts->server_pid) ||
	    record_put_string(skb, SHELLTRAP_SERVER_A_COMM, facts->server_comm) ||
	    record_put_string(skb, SHELLTRAP_SERVER_A_EXE, exe) ||
	    record_put_u32(skb, SHELLTRAP_SERVER_A_MATCHED, facts->matched))
		return -EMSGSIZE;
	if (facts->server_port &&
	    record_put_u32(skb, SHELLTRAP_SERVER_A_PORT, facts->server_port))
		return -EMSGSIZE;
	if (facts->server_started &&
	    nla_put_u64_64bit(skb, SHELLTRAP_SERVER_A_STARTED, facts->server_started,
			      SHELLTRAP_SERVER_A_PAD))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int record_put_task(struct sk_buff *skb, int type, pid_t pid, const char *comm)
{
	struct nlattr *nest = record_nest(skb, type);

	if (!nest || record_put_u32(skb, SHELLTRAP_ANCESTOR_A_PID, pid) ||
	    record_put_string(skb, SHELLTRAP_ANCESTOR_A_COMM, comm))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int record_put_ancestors(struct sk_buff *skb, const struct shelltrap_facts *facts)
{
	int err = 0;
	u32 i;

	for (i = 0; i < facts->nr_ancestors && !err; i++)
		err = record_put_task(skb, SHELLTRAP_ALERT_A_ANCESTOR, facts->ancestors[i].pid,
				      facts->ancestors[i].comm);
	return err;
}

static int record_put_addresses(struct sk_buff *skb, const struct shelltrap_stdio *io)
{
	int len;

	if (io->family != AF_INET && io->family != AF_INET6)
		return 0;
	len = io->family == AF_INET ? sizeof(io->local.v4) : sizeof(io->local.v6);
	if (record_put_bytes(skb, SHELLTRAP_STDIO_A_LOCAL_ADDR, len, &io->local) ||
	    record_put_u32(skb, SHELLTRAP_STDIO_A_LOCAL_PORT, ntohs(io->local_port)))
		return -EMSGSIZE;
	if (!io->peer_port)
		return 0;
	return record_put_bytes(skb, SHELLTRAP_STDIO_A_PEER_ADDR, len, &io->peer) ?:
	       record_put_u32(skb, SHELLTRAP_STDIO_A_PEER_PORT, ntohs(io->peer_port));
}

static int record_put_socket(struct sk_buff *skb, const struct shelltrap_stdio *io)
{
	if (!io->family)
		return 0;
	return record_put_u32(skb, SHELLTRAP_STDIO_A_FAMILY, io->family) ?:
	       record_put_u32(skb, SHELLTRAP_STDIO_A_SOCK_TYPE, io->sock_type) ?:
	       record_put_u32(skb, SHELLTRAP_STDIO_A_STATE, io->state) ?:
	       record_put_addresses(skb, io);
}

static int record_put_stdio(struct sk_buff *skb, int type, const struct shelltrap_stdio *io)
{
	struct nlattr *nest = record_nest(skb, type);

	if (!nest || record_put_u32(skb, SHELLTRAP_STDIO_A_TYPE, io->type) ||
	    record_put_socket(skb, io))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int record_put_client(struct sk_buff *skb, const struct shelltrap_client *client)
{
	int len = client->family == AF_INET ? sizeof(client->peer.v4) : sizeof(client->peer.v6);
	struct nlattr *nest = record_nest(skb, SHELLTRAP_REQUEST_A_CLIENT);

	if (!nest || record_put_bytes(skb, SHELLTRAP_CLIENT_A_ADDR, len, &client->peer) ||
	    record_put_u32(skb, SHELLTRAP_CLIENT_A_PORT, ntohs(client->peer_port)) ||
	    record_put_bytes(skb, SHELLTRAP_CLIENT_A_LOCAL_ADDR, len, &client->local) ||
	    record_put_u32(skb, SHELLTRAP_CLIENT_A_LOCAL_PORT, ntohs(client->local_port)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int record_put_clients(struct sk_buff *skb, const struct shelltrap_request *request)
{
	int err = 0;
	u32 i;

	for (i = 0; i < request->nr_clients && !err; i++)
		err = record_put_client(skb, &request->clients[i]);
	if (!err && !request->cut)
		err = record_put_u32(skb, SHELLTRAP_REQUEST_A_MORE, request->more);
	if (!err && request->thread)
		err = record_put_u32(skb, SHELLTRAP_REQUEST_A_THREAD, request->thread);
	return err;
}

static int record_put_proxies(struct sk_buff *skb, const struct shelltrap_request *request)
{
	int err = 0;
	u32 i;

	for (i = 0; i < request->nr_proxies && !err; i++)
		if (request->proxies[i].comm[0])
			err = record_put_task(skb, SHELLTRAP_REQUEST_A_VIA,
					      request->proxies[i].pid, request->proxies[i].comm);
	return err;
}

static int record_put_cgi(struct sk_buff *skb, const struct shelltrap_cgi *cgi)
{
	static const int types[SHELLTRAP_CGI_NR] = {
		[SHELLTRAP_CGI_METHOD] = SHELLTRAP_REQUEST_A_METHOD,
		[SHELLTRAP_CGI_URI] = SHELLTRAP_REQUEST_A_URI,
		[SHELLTRAP_CGI_SCRIPT] = SHELLTRAP_REQUEST_A_SCRIPT,
		[SHELLTRAP_CGI_HOST] = SHELLTRAP_REQUEST_A_HOST,
		[SHELLTRAP_CGI_REMOTE_ADDR] = SHELLTRAP_REQUEST_A_REMOTE_ADDR,
		[SHELLTRAP_CGI_FORWARDED_FOR] = SHELLTRAP_REQUEST_A_FORWARDED_FOR,
		[SHELLTRAP_CGI_USER_AGENT] = SHELLTRAP_REQUEST_A_USER_AGENT,
	};
	int value, err = 0;

	for (value = 0; value < SHELLTRAP_CGI_NR && !err; value++)
		err = record_put_string(skb, types[value], shelltrap_cgi_text(cgi, value));
	return err;
}

static int record_put_request(struct sk_buff *skb, const struct shelltrap_facts *facts,
			      const struct shelltrap_cgi *cgi)
{
	const struct shelltrap_request *request = &facts->request;
	u32 sources = request->sources |
		      (cgi && cgi->gateway ? SHELLTRAP_REQUEST_SOURCE_ENVIRON : 0);
	struct nlattr *nest;

	if (!facts->matched)
		return 0;
	nest = record_nest(skb, SHELLTRAP_ALERT_A_REQUEST);
	if (!nest || record_put_u32(skb, SHELLTRAP_REQUEST_A_CERTAINTY, request->certainty) ||
	    record_put_u32(skb, SHELLTRAP_REQUEST_A_SOURCES, sources) ||
	    record_put_clients(skb, request) || record_put_proxies(skb, request) ||
	    record_put_cgi(skb, cgi))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int record_put_cgroup(struct sk_buff *skb, u64 id, const char *path)
{
	if (!id)
		return 0;
	return record_put_u64(skb, SHELLTRAP_ALERT_A_CGROUP_ID, id, SHELLTRAP_ALERT_A_PAD) ?:
	       record_put_string(skb, SHELLTRAP_ALERT_A_CGROUP_PATH, path);
}

int shelltrap_record_put_alert(struct sk_buff *skb, const struct shelltrap_policy *policy,
			       const struct shelltrap_facts *facts,
			       const struct shelltrap_paths *paths)
{
	const char *interpreter = facts->interpreter && facts->interpreter[0] ?
				  facts->interpreter : facts->pathname;
	struct nlattr *nest = record_nest(skb, SHELLTRAP_RECORD_A_ALERT);

	if (!nest || record_put_rules(skb, policy, facts->rules, facts->lowered) ||
	    record_put_u32(skb, SHELLTRAP_ALERT_A_VERDICT, facts->verdict) ||
	    record_put_string(skb, SHELLTRAP_ALERT_A_COMM, facts->caller_comm) ||
	    record_put_string(skb, SHELLTRAP_ALERT_A_PATHNAME, facts->pathname) ||
	    record_put_string(skb, SHELLTRAP_ALERT_A_INTERPRETER, interpreter) ||
	    record_put_process(skb, facts, paths) || record_put_file(skb, facts, paths->file) ||
	    record_put_server(skb, facts, paths->server_exe) || record_put_ancestors(skb, facts) ||
	    record_put_stdio(skb, SHELLTRAP_ALERT_A_STDIN, &facts->in) ||
	    record_put_stdio(skb, SHELLTRAP_ALERT_A_STDOUT, &facts->out) ||
	    record_put_request(skb, facts, paths->cgi) ||
	    record_put_cgroup(skb, facts->cgroup_id, paths->cgroup) ||
	    (facts->unheld && record_put_u32(skb, SHELLTRAP_ALERT_A_UNHELD, facts->unheld)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int record_put_loss_cause(struct sk_buff *skb, const struct shelltrap_loss_cause *cause)
{
	struct nlattr *nest = nla_nest_start(skb, SHELLTRAP_LOSS_A_CAUSE);

	if (!nest || nla_put_u64_64bit(skb, SHELLTRAP_LOSS_CAUSE_A_LOST, cause->execs,
				       SHELLTRAP_LOSS_CAUSE_A_PAD) ||
	    nla_put_u32(skb, SHELLTRAP_LOSS_CAUSE_A_UID, cause->user))
		return -EMSGSIZE;
	if (cause->rule[0] && nla_put_string(skb, SHELLTRAP_LOSS_CAUSE_A_RULE, cause->rule))
		return -EMSGSIZE;
	if (cause->server_pid &&
	    (nla_put_u32(skb, SHELLTRAP_LOSS_CAUSE_A_SERVER_PID, cause->server_pid) ||
	     nla_put_string(skb, SHELLTRAP_LOSS_CAUSE_A_SERVER_COMM, cause->server_comm)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

int shelltrap_record_put_loss(struct sk_buff *skb, const struct shelltrap_losses *losses,
			      enum shelltrap_loss why)
{
	struct nlattr *nest = record_nest(skb, SHELLTRAP_RECORD_A_LOSS);
	u32 i;

	if (!nest || record_put_u64(skb, SHELLTRAP_LOSS_A_LOST, losses->execs,
				    SHELLTRAP_LOSS_A_PAD) ||
	    record_put_u32(skb, SHELLTRAP_LOSS_A_WHY, why))
		return -EMSGSIZE;
	for (i = 0; i < losses->nr_causes; i++)
		if (record_put_loss_cause(skb, &losses->causes[i]))
			return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

int shelltrap_record_put_outcome(struct sk_buff *skb, const struct shelltrap_outcome *outcome)
{
	struct nlattr *nest = record_nest(skb, SHELLTRAP_RECORD_A_OUTCOME);

	if (!nest || record_put_u64(skb, SHELLTRAP_OUTCOME_A_OF, outcome->of,
				    SHELLTRAP_OUTCOME_A_PAD) ||
	    record_put_u32(skb, SHELLTRAP_OUTCOME_A_VERDICT, outcome->verdict) ||
	    shelltrap_record_put_by(skb, SHELLTRAP_OUTCOME_A_BY, &outcome->by))
		return -EMSGSIZE;
	if (outcome->why && record_put_u32(skb, SHELLTRAP_OUTCOME_A_WHY, outcome->why))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int record_put_repeats_u64(struct sk_buff *skb, int type, u64 value)
{
	return record_put_u64(skb, type, value, SHELLTRAP_REPEATS_A_PAD);
}

static int record_put_leading(struct sk_buff *skb, const struct shelltrap_policy *policy,
			      const struct shelltrap_facts *facts)
{
	int rule = record_leading(policy, facts->rules, facts->lowered);

	if (rule < 0)
		return 0;
	return record_put_rule(skb, SHELLTRAP_REPEATS_A_RULE, &policy->rules[rule],
			       record_severity(policy, rule, facts->lowered), false);
}

int shelltrap_record_put_repeats(struct sk_buff *skb, const struct shelltrap_policy *policy,
				 const struct shelltrap_facts *facts, u64 of)
{
	struct nlattr *nest = record_nest(skb, SHELLTRAP_RECORD_A_REPEATS);

	if (!nest || record_put_repeats_u64(skb, SHELLTRAP_REPEATS_A_OF, of) ||
	    record_put_repeats_u64(skb, SHELLTRAP_REPEATS_A_COUNT, 1) ||
	    record_put_repeats_u64(skb, SHELLTRAP_REPEATS_A_FIRST, facts->time) ||
	    record_put_repeats_u64(skb, SHELLTRAP_REPEATS_A_LATEST, facts->time) ||
	    record_put_leading(skb, policy, facts) ||
	    record_put_u32(skb, SHELLTRAP_REPEATS_A_VERDICT, facts->verdict) ||
	    record_put_string(skb, SHELLTRAP_REPEATS_A_COMM, facts->caller_comm) ||
	    record_put_string(skb, SHELLTRAP_REPEATS_A_PATHNAME, facts->pathname))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

void shelltrap_record_count_repeat(void *record, u32 len, u64 time)
{
	struct nlattr *nest = nla_find(record, len, SHELLTRAP_RECORD_A_REPEATS);
	struct nlattr *count, *latest;
	u64 value;

	if (!nest)
		return;
	count = nla_find_nested(nest, SHELLTRAP_REPEATS_A_COUNT);
	latest = nla_find_nested(nest, SHELLTRAP_REPEATS_A_LATEST);
	if (!count || !latest)
		return;
	/* Not nla_get_u64(): the value may not be aligned. */
	memcpy(&value, nla_data(count), sizeof(value));
	value++;
	memcpy(nla_data(count), &value, sizeof(value));
	memcpy(nla_data(latest), &time, sizeof(time));
}
