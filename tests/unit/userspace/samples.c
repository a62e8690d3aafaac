// SPDX-License-Identifier: GPL-2.0
#include "samples.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "lib/util.h"

static const char *const hostile[] = {
	"", " ", "  two  spaces  ", "trailing ", "\t", "\n", "\r\n", "\n\nlast", "\vx\f",
	"\"", "'", "\\", "\\\\", "|", "=", " = ", "]", "[", "] ", "}", ",", "?", "-", "#x",
	"a=b c=d", "x\\=y", "a|b\\|c", "a\"b\\c]d", "\\\"", "\\]", "\\n", "trailing\\",
	"\x01", "\x1b[31m", "\x7f", "\xc2\x9b", "\xe2\x80\xae", "\xe2\x80\xa8", "\xef\xbb\xbf",
	"\xef\xbf\xbe", "\xf3\xa0\x81\x81", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\x9a",
	"\xff", "\xc0\xaf", "\xed\xa0\x80", "ends in \xe2\x82", "\\xff", "\\x5cxff", "\\x",
	"\\x4\n", "\\\nx41", "$(id)", "`id`;id", "%s%n", "null", "{\"seq\":9}",
	/* These look like a part of a format. */
	"CEF:0|x|y|1|2|3|4|externalId=9 cs6=0000000000000009", "<1>1 - - - - - -",
	"] seq=\"9\" instance=\"0000000000000009\"", " externalId=9 cs6=9 cs6Label=instance",
};

#define LONGEST 4096

/* Parts of arguments of the greatest length, which grow most when they are escaped. */
static const char *const repeated[] = {
	"\\", "\"", "]", "=", "|", "\n", "\xff", "\x01", "\\xff", "a\n", "\xe2\x80\xae", "ab c",
};

static const char v4_local[4] = { 127, 0, 0, 1 }, v4_peer[4] = { (char)203, 0, 113, 5 };
static const char v6_peer[16] = { 0x20, 0x01, 0x0d, (char)0xb8, [15] = 1 };

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void set_socket(struct sample *s, int family, const void *local, const void *peer,
		       size_t len)
{
	s->stdin_type = SHELLTRAP_STDIO_SOCKET;
	s->stdin_family = family;
	s->local = local;
	s->peer = peer;
	s->addr_len = len;
}

struct sample sample_connected(void)
{
	struct sample s = contract_example;

	set_socket(&s, AF_INET, v4_local, v4_peer, sizeof(v4_peer));
	return s;
}

/* Ordinary alerts; returns false if there is none of this number. */
static bool plain_sample(size_t number, struct sample *s)
{
	switch (number) {
	case 0:
		return true;
	case 1:
		s->has_login = true;
		s->has_other_effective_ids = true;
		s->cgroup_path = "/system.slice/docker-" ID ".scope";
		s->claim = "a claim of the client";
		return true;
	case 2:
		set_socket(s, AF_INET, v4_local, v4_peer, sizeof(v4_peer));
		return true;
	case 3:
		set_socket(s, AF_INET6, v6_peer, v6_peer, sizeof(v6_peer));
		s->cgroup_path = "/kubepods/" ID;
		return true;
	case 4:
		set_socket(s, AF_UNIX, NULL, NULL, 0);
		s->has_server = false;
		s->rules[0] = "webserver_exec";
		s->rules[1] = NULL;
		return true;
	case 5:
		s->verdict = SHELLTRAP_VERDICT_DENIED;
		s->argv = NULL;
		return true;
	case 6:
		s->verdict = SHELLTRAP_VERDICT_KILLED;
		s->server_port = 8080;
		return true;
	case 7:
		s->verdict = SHELLTRAP_VERDICT_FAILED;
		return true;
	case 8:
		s->verdict = SHELLTRAP_VERDICT_WOULD_DENY;
		return true;
	case 9:
		s->verdict = SHELLTRAP_VERDICT_PENDING;
		s->argv = NULL;
		return true;
	case 10:
		s->verdict = 77;
		s->stdin_type = 77;
		s->rules[0] = "my_own_rule";
		return true;
	case 11:
		s->argv = "";
		s->argv_len = 0;
		s->argc = 0;
		return true;
	case 12:
		s->argv = "sh\0-c\0echo par";
		s->argv_len = 14;
		s->argc = 9;
		s->argv_truncated = true;
		return true;
	case 13:
		s->comm = NULL;
		s->pathname = NULL;
		s->interpreter = NULL;
		s->exe = NULL;
		s->cwd = NULL;
		s->file_path = NULL;
		s->server_comm = NULL;
		s->server_exe = NULL;
		s->ancestor_comm = NULL;
		s->cgroup_path = NULL;
		return true;
	}
	return false;
}

/* Sets every string that an attacker may choose. */
static void set_everywhere(struct sample *s, const char *value)
{
	static char argv[2 * 64 + 2];
	size_t len = strlen(value) + 1;

	memcpy(argv, value, len);
	memcpy(argv + len, value, len);
	s->argv = argv;
	s->argv_len = 2 * len;
	s->argc = 2;
	s->comm = value;
	s->pathname = value;
	s->interpreter = value;
	s->process_comm = value;
	s->exe = value;
	s->cwd = value;
	s->file_path = value;
	s->server_comm = value;
	s->server_exe = value;
	s->ancestor_comm = value;
	s->cgroup_path = value;
	s->rules[1] = value;
}

static void set_long(struct sample *s, const char *part)
{
	static char argv[LONGEST], path[LONGEST];
	size_t i;

	for (i = 0; i < LONGEST; i++)
		path[i] = part[i % strlen(part)];
	memcpy(argv, path, LONGEST);
	argv[1] = '\0';
	path[0] = '/';
	path[LONGEST - 1] = '\0';
	s->argv = argv;
	s->argv_len = LONGEST;
	s->argv_truncated = true;
	s->argc = 2;
	s->pathname = path;
	s->cwd = path;
}

/* Strings with every byte but NUL. */
static void set_all_bytes(struct sample *s)
{
	static char all[256];
	size_t i;

	for (i = 0; i < 255; i++)
		all[i] = i + 1;
	s->argv = all;
	s->argv_len = sizeof(all);
	s->argc = 1;
	s->pathname = all;
	s->cwd = all;
}

static bool sample_at(size_t number, struct sample *s)
{
	size_t plain = 0;

	*s = contract_example;
	s->seq = number + 1;
	while (plain_sample(plain, &(struct sample){}))
		plain++;
	if (number < plain)
		return plain_sample(number, s);
	number -= plain;
	if (number < ARRAY_SIZE(hostile)) {
		set_everywhere(s, hostile[number]);
		return true;
	}
	number -= ARRAY_SIZE(hostile);
	if (number < ARRAY_SIZE(repeated)) {
		set_long(s, repeated[number]);
		return true;
	}
	set_all_bytes(s);
	return number == ARRAY_SIZE(repeated);
}

void sample_parse(const struct nlmsghdr *message, struct record *record)
{
	struct fault fault;

	if (record_parse(message, record, &fault))
		abort();
}

/* An alert without any attribute. */
static void empty_alert(void *data, struct record *record)
{
	struct nlmsghdr *message = message_empty(data, SHELLTRAP_CMD_ALERT_NTF);

	mnl_attr_put(message, SHELLTRAP_RECORD_A_ALERT, 0, NULL);
	sample_parse(message, record);
}

static bool loss_at(size_t number, void *data, struct record *record)
{
	static const struct loss losses[] = {
		{ .present = true, .lost = { true, 12 }, .reason = "overwritten" },
		{ .present = true, .reason = "the module was unloaded" },
		{ .present = true, .lost = { true, 1 }, .why = { true, 77 } },
	};

	if (!number) {
		sample_parse(message_loss(data, contract_example.instance, 7, 12), record);
		return true;
	}
	if (number > ARRAY_SIZE(losses))
		return false;
	*record = (struct record){
		.seq = { true, 100 * number },
		.instance = { true, contract_example.instance },
		.time = { true, contract_example.time },
		.loss = losses[number - 1],
	};
	return true;
}

/* Events of all kinds, one of a kind that this program does not know, outcomes, and repeats. */
static bool other_at(size_t number, void *data, struct record *record)
{
	static const uint32_t verdicts[] = {
		SHELLTRAP_VERDICT_KILLED, SHELLTRAP_VERDICT_OBSERVED, 77,
	};
	size_t kind = number + 1;

	if (kind <= SHELLTRAP_EVENT_PROBE_MISSED + 1) {
		sample_parse(message_event(data, 200 + kind, kind), record);
		return true;
	}
	number = kind - SHELLTRAP_EVENT_PROBE_MISSED - 2;
	if (number < ARRAY_SIZE(verdicts)) {
		sample_parse(message_outcome(data, 300 + number, 42, verdicts[number]), record);
		return true;
	}
	if (number > ARRAY_SIZE(verdicts))
		return false;
	sample_parse(message_repeats(data, 400, 42, 1000), record);
	return true;
}

#define LOSSES 4

bool sample_record(size_t number, void *data, struct record *record)
{
	static size_t alerts;
	struct sample sample;

	if (!alerts)
		while (sample_at(alerts, &sample))
			alerts++;
	if (number < alerts) {
		sample_at(number, &sample);
		sample_parse(message_alert(data, &sample), record);
		/* A title and a reference that no sensible policy has. */
		record->alert.rules[1].title = record->alert.comm;
		record->alert.rules[0].reference = record->alert.process.cwd;
		return true;
	}
	if (number > alerts + LOSSES)
		return other_at(number - alerts - LOSSES - 1, data, record);
	if (number > alerts)
		return loss_at(number - alerts - 1, data, record);
	empty_alert(data, record);
	return true;
}

static const char *test_user_name(uint32_t uid)
{
	return uid == 33 ? "www-data" : uid == 1000 ? "alice" : uid == 0 ? "root" : NULL;
}

static const char *test_group_name(uint32_t gid)
{
	return gid == 33 ? "web" : gid == 4 ? "adm" : gid == 0 ? "wheel" : NULL;
}

/* Found where the alert says. */
static const struct found_file *test_find_file(const struct record *record)
{
	static struct found_file found;

	found = (struct found_file){
		.sha256 = TEST_HASH,
		.dev_major = record->alert.file.dev_major.value,
		.dev_minor = record->alert.file.dev_minor.value,
	};
	return record->alert.process.loginuid.known ? &found : NULL;
}

static const struct host test_host = {
	.name = "web01",
	.boot_id = "0f4c3d1e-1111-2222-3333-444455556666",
};

const struct view test_view = {
	.host = &test_host,
	.user_name = test_user_name,
	.group_name = test_group_name,
	.find_file = test_find_file,
	.charset = TEXT_UTF8,
};

int sample_write(struct output *output, uint64_t seq, size_t len)
{
	const struct record record = {
		.seq = { true, seq },
		.instance = { true, SAMPLE_INSTANCE },
		.loss = { .present = true },
	};
	struct buffer line = {0};
	const struct item item = { &record, &line, &line, &test_view };
	int ret;

	while (line.len < len)
		buffer_putc(&line, 'x');
	buffer_putc(&line, '\n');
	ret = output->kind->write(output, &item);
	buffer_free(&line);
	return ret;
}

const struct kernels sample_kernels = {
	.list = { { "6.1.0-55-amd64", true, false }, { "6.1.0-56-amd64", false, true } },
	.count = 2,
	.running = "6.1.0-56-amd64",
};

#define IS(number) { true, number }

const struct state sample_state = {
	.version = "1.2",
	.instance = IS(0x5b1f9c0e77aa01d3),
	.armed = IS(SHELLTRAP_ARMED_CHECK | SHELLTRAP_ARMED_DONE),
	.listening = true,
	.rules = IS(3),
	.names = IS(120),
	.seq_oldest = IS(11),
	.seq_next = IS(42),
	.backlog_size = IS(4194304),
	.backlog_used = IS(25600),
	.slots = IS(64),
	.execs = IS(9007199254740993),
	.hits = IS(50),
	.alerts = IS(41),
	.lost = IS(1),
	.overwritten = IS(2),
	.unsent = IS(3),
	.missed = IS(4),
	.silenced = IS(5),
	.dismissed = IS(6),
	.repeats = IS(23),
	.each_rule = {
		{
			.name = "webserver_shell_exec",
			.severity = IS(SHELLTRAP_SEVERITY_CRITICAL),
			.action = IS(SHELLTRAP_ACTION_DENY),
			.hits = IS(7),
			.alerts = {
				[SHELLTRAP_VERDICT_DENIED] = IS(4),
				[SHELLTRAP_VERDICT_WOULD_DENY] = IS(3),
			},
		}, {
			.name = "a\"b\\c\n\xff",
			.severity = IS(SHELLTRAP_SEVERITY_LOW),
			.action = IS(SHELLTRAP_ACTION_ALLOW),
			.hits = IS(8),
		}, {
			.name = "of_tomorrow",
			.severity = IS(78),
			.action = IS(77),
			.hits = IS(9),
		},
	},
	.each_rule_count = 3,
	.policies = IS(10),
	.paths = IS(13),
	.paths_missing = IS(14),
	.refused = IS(15),
	.lineage = IS(16),
	.left_out = IS(17),
	.enforce = true,
	.denied = IS(18),
	.killed = IS(19),
	.would_deny = IS(20),
	.escaped = IS(21),
	.deny_missed = IS(22),
	.servers = IS(23),
};
