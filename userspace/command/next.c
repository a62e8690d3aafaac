// SPDX-License-Identifier: GPL-2.0-or-later
#include "command/next.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/text.h"
#include "lib/words.h"
#include "policy/text.h"

#define NS_PER_SECOND UINT64_C(1000000000)
/* More would hide the alert. */
#define SHOWN_MAX 8
#define DETAILS "            "

struct next {
	struct buffer *out;
	const struct alert *alert;
	enum text_charset charset;
	unsigned int pid;
};

/* The sockets of a process, by the numbers of their inodes. */
struct sockets {
	unsigned long inodes[256];
	size_t count;
};

bool next_is_wanted(const struct record *record)
{
	const struct alert_rule *rule = record->alert.present ? record_rule(record) : NULL;

	return rule && rule->severity.value == SHELLTRAP_SEVERITY_CRITICAL;
}

static void next_put_text(const struct next *next, const char *text)
{
	text_put(next->out, text, next->charset);
}

/*
 * When a process was started, in ns since the epoch, and its name; 0: there is no such
 * process. The name may hold a ')'.
 */
static uint64_t next_started(unsigned int pid, char *comm, size_t size)
{
	unsigned long long ticks = 0;
	struct timespec now, boot;
	char path[64], line[1024];
	const char *end, *start;
	FILE *file;
	size_t len;

	snprintf(path, sizeof(path), "/proc/%u/stat", pid);
	file = fopen(path, "re");
	if (!file)
		return 0;
	len = fread(line, 1, sizeof(line) - 1, file);
	fclose(file);
	line[len] = '\0';
	start = strchr(line, '(');
	end = strrchr(line, ')');
	if (!start || !end ||
	    sscanf(end + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d "
		   "%*d %*d %llu", &ticks) != 1)
		return 0;
	snprintf(comm, size, "%.*s", (int)(end - start - 1), start + 1);
	clock_gettime(CLOCK_REALTIME, &now);
	clock_gettime(CLOCK_BOOTTIME, &boot);
	return (now.tv_sec - boot.tv_sec) * NS_PER_SECOND +
	       ticks * (NS_PER_SECOND / sysconf(_SC_CLK_TCK));
}

/*
 * Whether the process of the alert still runs. Numbers of processes are used again: one that
 * was started after the alert is another. The clocks are not read at once, hence the second.
 */
static bool next_is_alive(unsigned int pid, uint64_t when, char *comm, size_t size)
{
	uint64_t started = pid ? next_started(pid, comm, size) : 0;

	return started && started <= when + NS_PER_SECOND;
}

static void next_put_children(const struct next *next)
{
	char path[64], comm[32];
	unsigned int child, shown = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%u/task/%u/children", next->pid, next->pid);
	file = fopen(path, "re");
	while (file && shown < SHOWN_MAX && fscanf(file, "%u", &child) == 1) {
		if (!next_started(child, comm, sizeof(comm)))
			continue;
		buffer_puts(next->out, shown++ ? ", " : DETAILS "its children: ");
		next_put_text(next, comm);
		buffer_printf(next->out, "(%u)", child);
	}
	if (file)
		fclose(file);
	if (shown)
		buffer_putc(next->out, '\n');
}

static void next_find_sockets(unsigned int pid, struct sockets *sockets)
{
	const struct dirent *entry;
	char path[64], link[64];
	DIR *directory;

	snprintf(path, sizeof(path), "/proc/%u/fd", pid);
	directory = opendir(path);
	while (directory && (entry = readdir(directory)) &&
	       sockets->count < ARRAY_SIZE(sockets->inodes)) {
		ssize_t len = readlinkat(dirfd(directory), entry->d_name, link, sizeof(link) - 1);

		link[len > 0 ? len : 0] = '\0';
		if (sscanf(link, "socket:[%lu]", &sockets->inodes[sockets->count]) == 1)
			sockets->count++;
	}
	if (directory)
		closedir(directory);
}

static bool sockets_have(const struct sockets *sockets, unsigned long inode)
{
	size_t i;

	for (i = 0; i < sockets->count; i++)
		if (sockets->inodes[i] == inode)
			return true;
	return false;
}

/* An address as /proc/net/tcp has it: 32-bit words in this machine's order. */
static void next_put_address(struct buffer *out, const char *hex, unsigned int port)
{
	char text[INET6_ADDRSTRLEN] = "";
	unsigned int words[4] = {0};
	size_t i, count = strlen(hex) / 8;

	for (i = 0; i < count && i < ARRAY_SIZE(words); i++)
		if (sscanf(hex + 8 * i, "%8x", &words[i]) != 1)
			return;
	inet_ntop(count == 1 ? AF_INET : AF_INET6, words, text, sizeof(text));
	buffer_printf(out, count == 1 ? "%s:%u" : "[%s]:%u", text, port);
}

/* Returns how many lines there are now. */
static unsigned int next_put_connections(const struct next *next, const struct sockets *sockets,
					 const char *protocol, unsigned int shown)
{
	char path[64], line[256], local[33], peer[33];
	unsigned int local_port, peer_port;
	unsigned long inode;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%u/net/%s", next->pid, protocol);
	file = fopen(path, "re");
	while (file && shown < SHOWN_MAX && fgets(line, sizeof(line), file)) {
		if (sscanf(line, " %*u: %32[0-9A-F]:%x %32[0-9A-F]:%x %*x %*s %*s %*s %*u %*u %lu",
			   local, &local_port, peer, &peer_port, &inode) != 5 ||
		    !sockets_have(sockets, inode))
			continue;
		buffer_puts(next->out, shown++ ? DETAILS "              " :
						 DETAILS "its sockets:  ");
		next_put_address(next->out, local, local_port);
		if (peer_port) {
			buffer_puts(next->out, " to ");
			next_put_address(next->out, peer, peer_port);
		} else {
			buffer_puts(next->out, " listens");
		}
		buffer_putc(next->out, '\n');
	}
	if (file)
		fclose(file);
	return shown;
}

static void next_put_sockets(const struct next *next)
{
	struct sockets sockets = {0};
	unsigned int shown;

	next_find_sockets(next->pid, &sockets);
	shown = next_put_connections(next, &sockets, "tcp", 0);
	next_put_connections(next, &sockets, "tcp6", shown);
}

static void next_put_process(const struct next *next, uint64_t when)
{
	char comm[32];

	if (!next_is_alive(next->pid, when, comm, sizeof(comm))) {
		buffer_printf(next->out, "  next      process %u has ended\n", next->pid);
		return;
	}
	buffer_printf(next->out, "  next      process %u (", next->pid);
	next_put_text(next, comm);
	buffer_printf(next->out, ") is alive: kill -STOP %u freezes it\n", next->pid);
	next_put_children(next);
	next_put_sockets(next);
}

static void next_put_stop(const struct next *next)
{
	const char *cgroup = next->alert->cgroup_path;
	struct container container;
	struct span unit;

	if (!cgroup)
		return;
	if (container_of_cgroup(cgroup, &container)) {
		buffer_printf(next->out, DETAILS "stop it: %s stop %.12s\n",
			      container.runtime ? container.runtime : "docker",
			      container.id.start);
	} else if (unit_of_cgroup(cgroup, &unit)) {
		buffer_puts(next->out, DETAILS "stop it: systemctl stop ");
		text_put_word(next->out, unit.start, unit.len, next->charset);
		buffer_putc(next->out, '\n');
	}
}

/* A line of a policy file, which text_put_bytes() makes safe to show. */
static void next_put_lines(const struct next *next, const struct buffer *lines)
{
	const char *line = lines->data;

	while (line && *line) {
		size_t len = strcspn(line, "\n");

		buffer_puts(next->out, DETAILS "  ");
		text_put_bytes(next->out, line, len, next->charset);
		buffer_putc(next->out, '\n');
		line += len + !!line[len];
	}
}

static bool next_may_be_excepted(const struct alert *alert)
{
	return alert->file.path && alert->file.path[0] == '/' && alert->process.argv.len &&
	       !alert->process.argv_truncated;
}

static void next_put_exception(const struct next *next, const struct record *record)
{
	const struct alert *alert = next->alert;
	struct buffer lines = {0};

	buffer_printf(next->out, DETAILS "what matched: shelltrap policy explain --seq %" PRIu64
		      "\n", record->seq.value);
	if (!next_may_be_excepted(alert))
		return;
	buffer_puts(next->out, DETAILS "if it is meant to be, put this into "
		    "/etc/shelltrap/policy.d/site.conf,\n"
		    DETAILS "then shelltrap policy load:\n");
	buffer_printf(&lines, "[set file_of_%" PRIu64 "]\npaths = ", record->seq.value);
	words_put(&lines, alert->file.path);
	buffer_printf(&lines, "\n[rule meant_%" PRIu64 "]\nactor = web_servers\n"
		      "target = file_of_%" PRIu64 "\n", record->seq.value, record->seq.value);
	if (alert->process.uid.known)
		buffer_printf(&lines, "uid = %" PRIu64 "\n", alert->process.uid.value);
	policy_put_argv(&lines, alert->process.argv.data, alert->process.argv.len, false);
	buffer_puts(&lines, "action = allow\n");
	next_put_lines(next, &lines);
	buffer_free(&lines);
}

void next_put(struct buffer *out, const struct record *record, const struct view *view)
{
	const struct next next = {
		.out = out,
		.alert = &record->alert,
		.charset = view->charset,
		.pid = record->alert.process.pid.value,
	};

	next_put_process(&next, record_time(record));
	next_put_stop(&next);
	next_put_exception(&next, record);
	buffer_putc(out, '\n');
}
