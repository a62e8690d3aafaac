// SPDX-License-Identifier: GPL-2.0-or-later
#include "command/access_option.h"

#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lib/console.h"
#include "past/lines.h"

#define NS_PER_SECOND UINT64_C(1000000000)
#define WAIT_NS (2 * NS_PER_SECOND)
/* How often the logs are looked at meanwhile. */
#define LOOK_MS 100
/* Bytes before the end of a log in which the line may stand already. */
#define LOOK_BACK (1024 * 1024)

int access_option(const struct usage *usage, const struct command_option *option, void *member)
{
	struct buffer fault = {0};
	int ret = 0;

	if (access_logs_add(member, optarg, &fault))
		ret = wrong_usage(usage, "--%s: %s", option->name, fault.data);
	buffer_free(&fault);
	return ret;
}

/* One log, while an alert waits. */
struct follower {
	int fd;
	struct lines lines;
	struct access_join join;
};

static void follower_open(struct follower *follower, const struct access_log *log,
			  const struct alert *alert, uint64_t moment)
{
	struct stat st;

	access_join_begin(&follower->join, alert, moment);
	/* Opened anew for each alert: the log may have been rotated. */
	follower->fd = open(log->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (follower->fd < 0)
		return;
	lines_open(&follower->lines, follower->fd);
	if (follower->lines.source.seekable && !fstat(follower->fd, &st) &&
	    st.st_size > LOOK_BACK)
		lines_seek(&follower->lines, st.st_size - LOOK_BACK);
}

static void follower_look(struct follower *follower, const struct access_log *log)
{
	struct access_line read;
	struct line line;

	if (follower->fd < 0 || !follower->lines.source.seekable)
		return;
	while (lines_next(&follower->lines, &line) > 0) {
		if (!line.whole) {
			lines_again(&follower->lines, &line);
			break;
		}
		if (access_line_read(&log->format, line.text, line.len, &read))
			access_join_offer(&follower->join, &log->format, &read);
	}
}

static void follower_close(struct follower *follower)
{
	access_join_end(&follower->join);
	if (follower->fd < 0)
		return;
	lines_close(&follower->lines);
	close(follower->fd);
}

static bool is_younger(uint64_t time, uint64_t ns)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec * NS_PER_SECOND + now.tv_nsec < time + ns;
}

static void followers_look(struct follower *followers, const struct access_logs *logs)
{
	size_t i;

	for (i = 0; i < logs->count; i++)
		follower_look(&followers[i], &logs->list[i]);
}

const struct record *access_wait(struct access_logs *logs, const struct record *record)
{
	static struct follower followers[ACCESS_LOGS_MAX];
	static struct record amended;
	uint64_t moment;
	size_t i;

	if (!logs->count || !record->alert.present)
		return record;
	moment = access_moment(&logs->moments, record);
	if (!moment)
		return record;
	for (i = 0; i < logs->count; i++) {
		/* What the record that was given last points to. */
		if (followers[i].lines.data || followers[i].join.moment)
			follower_close(&followers[i]);
		follower_open(&followers[i], &logs->list[i], &record->alert, moment);
	}
	followers_look(followers, logs);
	while (is_younger(record->time.value, WAIT_NS) && !stop_requested()) {
		poll(NULL, 0, LOOK_MS);
		followers_look(followers, logs);
	}
	amended = *record;
	for (i = 0; i < logs->count; i++)
		access_join_apply(&followers[i].join, &amended.alert.request);
	return &amended;
}
