// SPDX-License-Identifier: GPL-2.0
/*
 * The input is a program that makes alerts, some with hostile bytes. What "policy except"
 * writes for each of them, and "policy learn" for all, is a valid policy with nothing in it but
 * its exceptions; and with this policy, the code of "explain" finds each alert silenced that
 * is said to be.
 */
#include "fuzz.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "command/past_exec.h"
#include "command/policy.h"
#include "format/names.h"
#include "lib/text.h"
#include "lib/utf8.h"
#include "policy/exception.h"
#include "policy/explain.h"
#include "policy/fit.h"

#define ALERTS_MAX 12
#define ARGV_MAX 600

static const char policy_text[] =
	"[set shells]\nnames = sh bash dash\n"
	"[set servers]\nnames = nginx php-fpm[version]\n"
	"[rule webserver_shell_exec]\nactor = servers\nscope = lineage\ntarget = shells\n"
	"[rule webserver_dropped_exec]\nactor = servers\nscope = lineage\nfile = dropped\n"
	"[rule webserver_reverse_shell]\nactor = servers\nscope = lineage\n"
	"stdio = connected-socket\n";

struct made {
	struct record record;
	char argv[ARGV_MAX + 64];
	char cgroup[256], server[256], pathname[256];
	struct buffer line;
};

/* Files without names, for what is read and what is written. */
static int policy_file, text_file, alerts_file, output_file;
static struct shelltrap_policy *base;
static struct made made[ALERTS_MAX];
static size_t nr_made;
static struct past_exec past;
static struct buffer text;

/* Parts of texts, of which half would like to be something else. */
static const char *take_part(struct input *in)
{
	static const char *const parts[] = {
		"sh", "-c", "id", "/usr/bin/convert", " ", "-", "x", "7", "42", "a1b2",
		"/srv/up/a", "/srv/up/b/c", ".jpg", "'", "\"", ";", "$x", "php",
		"01234567-89ab-cdef-0123-456789abcdef", "{number}", "{{", "{", "}", "{file:/srv}",
		"{nonsense}", "\n[rule x]\naction = off\n", "\r[set y]\r", "#", "=", "any",
		"\x1b[2J", "\xe2\x80\xae", "\xff", "*?,", "\t", "\\", "[", "]", "_", "..",
		"eval ", "cat", "dog", "cow", "%", "\n",
	};
	static char raw[2];
	uint8_t which = take_byte(in);

	if (which < COUNT(parts))
		return parts[which];
	raw[0] = which;
	return raw;
}

static size_t take_text(struct input *in, char *to, size_t size, unsigned int most)
{
	unsigned int count = take_byte(in) % (most + 1);
	size_t len = 0, more;

	for (; count; count--) {
		const char *part = take_part(in);

		more = strlen(part);
		if (len + more >= size)
			break;
		memcpy(to + len, part, more);
		len += more;
	}
	to[len] = '\0';
	return len;
}

/* Often the arguments of the alert before, with the last one changed. */
static void take_argv(struct input *in, struct made *one, const struct made *before)
{
	uint8_t how = take_byte(in);
	struct bytes *argv = &one->record.alert.process.argv;
	size_t len = 0, i, count = how & 3;

	if ((how & 0x80) && before) {
		memcpy(one->argv, before->argv, sizeof(one->argv));
		len = before->record.alert.process.argv.len;
		for (i = 0; i < len && (how & 0x40); i++)
			if (one->argv[i] >= '0' && one->argv[i] <= '8')
				one->argv[i]++;
	} else {
		memcpy(one->argv, "sh\0-c", 6);
		len = how & 0x20 ? 0 : 6;
		for (; count || !len; count -= count > 0)
			len += take_text(in, one->argv + len, ARGV_MAX - len > 64 ? 64 : 1, 12) + 1;
	}
	*argv = (struct bytes){ one->argv, len };
}

static const char *take_choice(struct input *in, const char *const *choices, size_t count)
{
	return choices[take_byte(in) % count];
}

static void take_rules(struct input *in, struct alert *alert)
{
	static const char *const rules[] = {
		"webserver_shell_exec", "webserver_shell_exec", "webserver_shell_exec",
		"webserver_shell_exec", "webserver_dropped_exec", "webserver_reverse_shell",
		"\n[rule y]", "other",
	};

	alert->rules[0].name = take_choice(in, rules, COUNT(rules));
	alert->rules[0].severity = (struct number){ true, 4 };
	alert->rule_count = 1;
}

static void take_alert(struct input *in, struct made *one, const struct made *before)
{
	static const char *const programs[] = { "/bin/sh", "/usr/bin/env", "/no/such", "sh", "" };
	static const char *const servers[] = { "/usr/sbin/nginx", "/usr/bin/python3", "nginx" };
	struct alert *alert = &one->record.alert;
	struct buffer line = one->line;
	uint8_t how = take_byte(in);

	*one = (struct made){ .line = line };
	one->record.seq = (struct number){ true, nr_made + 1 };
	one->record.instance = (struct number){ true, 1 };
	one->record.time = (struct number){
		true, UINT64_C(1795269731123456789) + take_byte(in) * UINT64_C(60000000000),
	};
	alert->present = true;
	take_rules(in, alert);
	alert->verdict = (struct number){ true, how & 1 ? 1 : take_byte(in) % 8 };
	snprintf(one->pathname, sizeof(one->pathname), "%s",
		 how & 2 ? "/bin/sh" : take_choice(in, programs, COUNT(programs)));
	alert->pathname = one->pathname;
	alert->interpreter = how & 4 ? one->pathname : "/bin/sh";
	alert->comm = how & 8 ? "nginx" : take_part(in);
	alert->process.present = true;
	alert->process.uid = (struct number){ how & 16, 33 + (how >> 7) };
	take_argv(in, one, before);
	alert->server = (struct alert_server){
		.present = how & 32, .comm = "nginx", .exe = one->server,
	};
	snprintf(one->server, sizeof(one->server), "%s", take_choice(in, servers, COUNT(servers)));
	if (how & 64)
		take_text(in, one->server + strlen(one->server), 64, 3);
	strcpy(one->cgroup, "/a.slice/");
	take_text(in, one->cgroup + strlen(one->cgroup), 64, 3);
	if (take_byte(in) & 1)
		strcat(one->cgroup, ".service");
	alert->cgroup_path = one->cgroup;
	alert->file = (struct alert_file){ .present = true, .path = one->pathname };
}

static void fill_file(int fd, const struct buffer *content)
{
	PROMISE(!ftruncate(fd, 0) && !lseek(fd, 0, SEEK_SET));
	PROMISE(!content->len || write(fd, content->data, content->len) == (ssize_t)content->len);
}

static const char *file_path(int fd, char *path, size_t size)
{
	snprintf(path, size, "/proc/self/fd/%d", fd);
	return path;
}

/* The policy with the text laid over it, which must be valid. */
static struct shelltrap_policy *read_policy(const struct buffer *over)
{
	char paths[2][64];
	struct policy_files files = { .count = over ? 2 : 1, .replace = true };
	struct policy_report report = {0};
	struct shelltrap_policy *policy;

	file_path(policy_file, paths[0], sizeof(paths[0]));
	file_path(text_file, paths[1], sizeof(paths[1]));
	files.paths[0] = paths[0];
	files.paths[1] = paths[1];
	if (over)
		fill_file(text_file, over);
	policy = policy_read(&files, &report);
	if (!policy)
		fprintf(stderr, "%s%s", report.faults.data, over ? over->data : "");
	PROMISE(policy);
	policy_report_free(&report);
	fit_identify(policy);
	return policy;
}

static bool is_silenced(struct shelltrap_policy *policy, const struct made *one)
{
	struct imagined imagined = {0};
	bool silenced = false;
	__u32 i;

	buffer_reset(&past.line);
	buffer_add(&past.line, one->line.data, one->line.len - 1);
	PROMISE(past_exec_read(&past));
	past_exec_imagine(&past, base, &imagined);
	for (i = base->nr_rules; i < policy->nr_rules; i++)
		silenced |= !policy_exception_miss(policy, i, &imagined);
	buffer_free(&imagined.argv);
	buffer_free(&imagined.environment);
	return silenced;
}

/* Sections begin only with these, and all that is added is exceptions. */
static void check_text(const struct buffer *written, const struct shelltrap_policy *policy,
		       const char *prefix)
{
	const char *line = written->data;
	size_t at, length;
	uint32_t c;
	__u32 i;

	for (; line && *line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
		PROMISE(*line != '[' || !strncmp(line, "[set ", 5) || !strncmp(line, "[rule ", 6));
	for (at = 0; at < written->len; at += length) {
		length = utf8_decode(written->data + at, written->len - at, &c);
		PROMISE(length && (c == '\n' || !text_is_hostile(c)));
	}
	for (i = 0; i < base->nr_rules; i++)
		PROMISE(policy->rules[i].action == base->rules[i].action);
	for (; i < policy->nr_rules; i++)
		PROMISE(policy->rules[i].action == SHELLTRAP_ACTION_ALLOW &&
			policy->rules[i].argv_len &&
			!strncmp(policy->rules[i].name, prefix, strlen(prefix)));
	for (i = base->nr_sets; i < policy->nr_sets; i++)
		PROMISE(!strncmp(policy->sets[i].name, prefix, strlen(prefix)));
	for (i = base->nr_members; i < policy->nr_members; i++)
		PROMISE(policy->members[i].kind == SHELLTRAP_MEMBER_PATH &&
			policy->members[i].set >= base->nr_sets);
}

static void check_except(const struct made *one)
{
	const struct alert *alert = &one->record.alert;
	struct shelltrap_policy *policy;

	buffer_reset(&text);
	if (exception_put(&text, alert, "fuzz", base)) {
		PROMISE(!text.len);
		return;
	}
	policy = read_policy(&text);
	PROMISE(policy->nr_rules == base->nr_rules + 1);
	check_text(&text, policy, "fuzz");
	PROMISE(policy->rules[base->nr_rules].argv_len == alert->process.argv.len);
	PROMISE(!memcmp(policy->rules[base->nr_rules].argv, alert->process.argv.data,
			alert->process.argv.len));
	/* Of other servers the alert does not say how they were known. */
	if (!access(exception_program(alert), F_OK) &&
	    (exception_server(alert, base) || !strcmp(alert->comm, "nginx")))
		PROMISE(is_silenced(policy, one));
	policy_free(policy);
}

/* What learn says that it would have silenced is what explain says, or less. */
static void check_claim(struct shelltrap_policy *policy)
{
	static const char would[] = " would have silenced ";
	const char *claim = strstr(text.data, would);
	unsigned long claimed, silenced = 0;
	size_t i;

	PROMISE(claim);
	claimed = strtoul(claim + strlen(would), NULL, 10);
	for (i = 0; i < nr_made; i++)
		silenced += is_silenced(policy, &made[i]);
	PROMISE(claimed <= silenced);
	PROMISE(!claimed == (policy->nr_rules == base->nr_rules));
}

static void check_learn(void)
{
	char alerts_path[64], policy_path[64];
	char name[] = "learn", utc[] = "--utc", option[] = "--policy";
	char *argv[6] = { name, utc, option, policy_path, alerts_path, NULL };
	struct shelltrap_policy *policy;
	struct buffer lines = {0};
	char read_bytes[4096];
	ssize_t len;
	size_t i;

	for (i = 0; i < nr_made; i++)
		buffer_add(&lines, made[i].line.data, made[i].line.len);
	fill_file(alerts_file, &lines);
	buffer_free(&lines);
	file_path(alerts_file, alerts_path, sizeof(alerts_path));
	file_path(policy_file, policy_path, sizeof(policy_path));
	fill_file(output_file, &lines);
	optind = 0;
	PROMISE(policy_learn_main(COUNT(argv) - 1, argv) == 0);
	buffer_reset(&text);
	PROMISE(!lseek(output_file, 0, SEEK_SET));
	while ((len = read(output_file, read_bytes, sizeof(read_bytes))) > 0)
		buffer_add(&text, read_bytes, len);
	policy = read_policy(&text);
	check_text(&text, policy, "learned_");
	check_claim(policy);
	policy_free(policy);
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	struct buffer policy = {0};

	(void)argc;
	(void)argv;
	setenv("TZ", "UTC", 1);
	policy_file = memfd_create("policy", 0);
	text_file = memfd_create("text", 0);
	alerts_file = memfd_create("alerts", 0);
	output_file = memfd_create("output", 0);
	buffer_puts(&policy, policy_text);
	fill_file(policy_file, &policy);
	buffer_free(&policy);
	base = read_policy(NULL);
	/* learn prints; libFuzzer uses standard error. */
	return dup2(output_file, STDOUT_FILENO) != STDOUT_FILENO;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct host host = { .name = "web01" };
	static const struct view view = {
		.host = &host, .user_name = user_name, .group_name = group_name,
	};
	struct input in = { data, data + size };

	for (nr_made = 0; nr_made < ALERTS_MAX && (input_left(&in) || !nr_made); nr_made++) {
		struct made *one = &made[nr_made];

		take_alert(&in, one, nr_made ? one - 1 : NULL);
		buffer_reset(&one->line);
		format_json.put(&one->line, &one->record, &view);
		check_except(one);
	}
	check_learn();
	return 0;
}
