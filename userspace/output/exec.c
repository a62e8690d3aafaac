// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A program of the administrator's, which gets each record on its standard input. Another
 * service runs it, see exec.h. A record counts as written when the program has ended with 0;
 * until then it is tried again.
 *
 * Programs send mails and the like, so they are not run for each of a thousand alerts: in a
 * row for EXEC_BURST alerts, then every EXEC_INTERVAL_MS. Alerts that come sooner are held
 * back. Of these the program gets the most severe, with the count of the others. The cursor
 * stays before the first of them until then.
 */
#include "output/exec.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/deadline.h"
#include "lib/local.h"
#include "lib/xalloc.h"
#include "output/output.h"

#define EXEC_BURST		10
#define EXEC_INTERVAL_MS	6000
/* The service may run another program first. */
#define EXEC_WAIT_MS		(3 * EXEC_SECONDS * 1000)

const char *exec_socket = EXEC_SOCKET;

struct exec {
	struct cursor kept;		/* after the last record that needs no more */
	struct buffer text;		/* the line that is held back */
	struct place place;		/* of that record */
	uint64_t severity;
	uint64_t held;			/* records that are held back, that one included */
	int64_t full_at;		/* when a whole burst is allowed again, in ms */
};

static const char *exec_target_fault(const char *target)
{
	if (target[0] != '/')
		return "needs the absolute path of a program: exec:/usr/local/sbin/alert";
	return NULL;
}

static const char *exec_needs(const char *target)
{
	(void)target;
	return "a service of its own runs the program: systemctl enable --now "
	       "shelltrap-notify.socket";
}

static int exec_open(struct output *output, struct cursor *cursor)
{
	if (!output->exec)
		output->exec = xcalloc(1, sizeof(*output->exec));
	output->exec->kept = *cursor;
	output->exec->held = 0;
	return 0;
}

/* Takes one of the burst. Returns false if none is left now. */
static bool exec_take_turn(struct exec *exec)
{
	int64_t now = now_ms();

	if (exec->full_at < now)
		exec->full_at = now;
	if (exec->full_at - now > (EXEC_BURST - 1) * EXEC_INTERVAL_MS)
		return false;
	exec->full_at += EXEC_INTERVAL_MS;
	return true;
}

static int exec_send(struct output *output, int fd, const struct buffer *order)
{
	size_t done = 0;

	while (done < order->len) {
		ssize_t sent = send(fd, order->data + done, order->len - done,
				    MSG_NOSIGNAL | MSG_DONTWAIT);

		if (sent > 0)
			done += sent;
		else if (sent < 0 && errno != EAGAIN && errno != EINTR)
			return -errno;
		else if (!(output_wait(output, fd, POLLOUT, EXEC_WAIT_MS) & POLLOUT))
			return -EAGAIN;
	}
	return shutdown(fd, SHUT_WR) ? -errno : 0;
}

/* Returns 0 if the service says that the program has done its work. No answer is a failure. */
static int exec_receive(struct output *output, int fd)
{
	size_t len = 0;
	ssize_t got;

	do {
		if (!(output_wait(output, fd, POLLIN, EXEC_WAIT_MS) & (POLLIN | POLLHUP)))
			return -EAGAIN;
		got = recv(fd, output->reason + len, sizeof(output->reason) - 1 - len,
			   MSG_DONTWAIT);
		if (got < 0)
			return -errno;
		len += got;
	} while (got && len < sizeof(output->reason) - 1);
	output->reason[len] = '\0';
	if (!strcmp(output->reason, EXEC_DONE))
		return 0;
	if (!len)
		snprintf(output->reason, sizeof(output->reason),
			 "shelltrap-notify.service ended without an answer");
	return -EIO;
}

/* Has the program run for the record that is held back, which is no longer held back then. */
static int exec_run(struct output *output)
{
	struct exec *exec = output->exec;
	struct buffer order = {0};
	int fd, ret;

	output->reason[0] = '\0';
	buffer_printf(&order, "%s%c%016" PRIx64 "%c%" PRIu64 "%c%" PRIu64 "%c", output->target, 0,
		      exec->place.instance, 0, exec->place.seq, 0, exec->held - 1, 0);
	buffer_add(&order, exec->text.data, exec->text.len);
	fd = local_connect(exec_socket, 0);
	ret = fd < 0 ? fd : exec_send(output, fd, &order);
	if (!ret)
		ret = exec_receive(output, fd);
	if (fd >= 0)
		close(fd);
	else if (ret == -ENOENT || ret == -ECONNREFUSED)
		snprintf(output->reason, sizeof(output->reason),
			 "shelltrap-notify.socket does not listen");
	buffer_free(&order);
	if (!ret)
		exec->held = 0;
	return ret;
}

static void exec_hold(struct exec *exec, const struct item *item)
{
	const struct alert_rule *rule = record_rule(item->record);
	uint64_t severity = rule ? rule->severity.value : 0;

	if (exec->held && severity < exec->severity) {
		exec->held++;
		return;
	}
	exec->severity = severity;
	exec->place = (struct place){ item->record->instance.value, item->record->seq.value };
	buffer_reset(&exec->text);
	buffer_add(&exec->text, item->line->data, item->line->len);
	exec->held++;
}

/*
 * Always succeeds where the record is held back: flush() is called every second until it is
 * not any more.
 */
static int exec_write(struct output *output, const struct item *item)
{
	struct exec *exec = output->exec;
	uint64_t held = exec->held;
	int ret;

	exec_hold(exec, item);
	if (!exec_take_turn(exec))
		return 0;
	ret = exec_run(output);
	/* A record that was held back stays so; this one comes again. */
	if (ret && !held)
		exec->held = 0;
	else if (ret)
		exec->held--;
	return ret;
}

static int exec_flush(struct output *output, struct cursor *cursor)
{
	struct exec *exec = output->exec;
	int ret = 0;

	if (exec->held && exec_take_turn(exec))
		ret = exec_run(output);
	if (!exec->held)
		exec->kept = *cursor;
	else
		cursor->place = exec->kept.place;
	return ret;
}

static void exec_close(struct output *output)
{
	if (!output->exec)
		return;
	buffer_free(&output->exec->text);
	free(output->exec);
	output->exec = NULL;
}

const struct output_kind output_exec = {
	.name = "exec",
	.target_fault = exec_target_fault,
	.needs = exec_needs,
	.allows_text = true,
	.open = exec_open,
	.write = exec_write,
	.flush = exec_flush,
	.close = exec_close,
};
