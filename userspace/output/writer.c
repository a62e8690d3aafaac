// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/writer.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "format/summary.h"
#include "kernel/module.h"
#include "lib/deadline.h"
#include "lib/message.h"
#include "lib/xalloc.h"
#include "output/ask.h"

/* A record is flushed and its cursor is given to progress within this time. */
#define FLUSH_MS	1000
/* Pause before an output that failed, or a module that is not loaded, is tried again. */
#define RETRY_MS	500
/* A reader may keep an output busy for this long before that is reported as a failure. */
#define BUSY_MS		2000
/* An idle thread wakes up at least this often. */
#define IDLE_MS		1000
/* How long a writer waits for the state file that names a file which was just opened. */
#define OPENED_MS	1000
/* A thread that shows no activity for this long is not healthy. */
#define UNHEALTHY_MS	20000

/* Shared by all writers, so that only the first one reports an unloaded module. */
static atomic_bool module_is_away;

static void writer_show_activity(struct writer *writer)
{
	atomic_store(&writer->last_active, now_ms());
}

/* Waits until fd (-1: no descriptor) is readable, the writer is woken, or ms are over. */
static void writer_wait(struct writer *writer, int fd, int ms)
{
	struct pollfd fds[] = {
		{ .fd = writer->output.wake, .events = POLLIN },
		{ .fd = fd, .events = POLLIN },
	};
	uint64_t wakes;

	if (poll(fds, 2, ms) > 0 && fds[0].revents &&
	    read(writer->output.wake, &wakes, sizeof(wakes)) < 0)
		complain("%s: reading its eventfd failed: %s", writer->output.name,
			 strerror(errno));
}

/* Reports only the first failure until the step that failed works again. */
static void writer_report_failure(struct writer *writer, const char *step, int error)
{
	if (writer->failing)
		return;
	writer->failing = step;
	complain("%s: %s: %s; retrying, its alerts wait in the kernel's backlog",
		 writer->output.name, step, output_reason(&writer->output, error));
}

/*
 * Only success of the step that failed ends a failure: on a full disk, for example,
 * syncing succeeds while writing keeps failing.
 */
static void writer_report_success(struct writer *writer, const char *step)
{
	if (!writer->failing || strcmp(writer->failing, step))
		return;
	writer->failing = NULL;
	complain("%s: works again", writer->output.name);
}

/* The output may have lost the records after the durable cursor: they are written again. */
static void writer_rewind(struct writer *writer)
{
	if (!output_ends(&writer->output))
		writer_report_failure(writer, "syncing", -ERESTART);
	writer->cursor = writer->durable;
	writer->dirty_since = 0;
	writer->rewound = true;
}

/* Until writer_end_call() the thread may block, and counts as healthy all the same. */
static int64_t writer_begin_call(struct writer *writer)
{
	atomic_store(&writer->in_output, true);
	return now_ms();
}

/*
 * Ends a call of the output that returned "error", and reports whether the step fails or
 * works. A busy reader (EAGAIN) is a failure only if it is busy for BUSY_MS since "since".
 * Returns the error.
 */
static int writer_end_call(struct writer *writer, const char *step, int error, int64_t since)
{
	atomic_store(&writer->in_output, false);
	writer_show_activity(writer);
	if (!error)
		writer_report_success(writer, step);
	else if (error == -ERESTART)
		writer_rewind(writer);
	else if (error == -EPIPE)
		complain("%s: its reader has closed the pipe; this output ends",
			 writer->output.name);
	else if ((error != -EAGAIN || now_ms() - since > BUSY_MS) && !output_ends(&writer->output))
		writer_report_failure(writer, step, error);
	return error;
}

/* Compares the records of two cursors, but not the ends of their files. */
static bool cursor_is_same(const struct cursor *a, const struct cursor *b)
{
	return a->place.instance == b->place.instance && a->place.seq == b->place.seq &&
	       a->instance == b->instance && a->instance_is_over == b->instance_is_over;
}

/* Flushes the output, and gives progress the cursor up to which the output keeps each record. */
static int writer_commit(struct writer *writer)
{
	struct output *output = &writer->output;
	struct cursor durable = writer->cursor;
	int error = 0;

	if (output->kind->flush)
		error = output->kind->flush(output, &durable);
	if (error)
		return error;
	progress_set(writer->progress, output->name, &durable);
	writer->durable = durable;
	writer->dirty_since = cursor_is_same(&durable, &writer->cursor) ? 0 : now_ms();
	return 0;
}

/*
 * For an output that was just opened. The state file must name the new file before the
 * first line is written to that file: otherwise, after a crash and a rename, the lines in
 * the file would not be found and would be written twice. A disk that hangs makes the alerts
 * wait for OPENED_MS only.
 */
static int writer_commit_opened(struct writer *writer)
{
	int error = writer_commit(writer);

	/* The main thread reports a failing save. The output is written to all the same. */
	if (!error)
		progress_sync(writer->progress, OPENED_MS);
	return error;
}

static int writer_reopen_if_asked(struct writer *writer)
{
	const struct output_kind *kind = writer->output.kind;
	int error;

	if (!atomic_exchange(&writer->reopen, false) || !kind->reopen)
		return 0;
	error = kind->reopen(&writer->output);
	if (!error)
		error = writer_commit_opened(writer);
	if (error)
		atomic_store(&writer->reopen, true);
	return error;
}

static void writer_reopen_when_idle(struct writer *writer)
{
	int64_t since;

	if (!atomic_load(&writer->reopen))
		return;
	since = writer_begin_call(writer);
	writer_end_call(writer, "writing", writer_reopen_if_asked(writer), since);
}

static void writer_ask_reopen_if_moved(struct writer *writer)
{
	const struct output_kind *kind = writer->output.kind;

	if (kind->has_moved && kind->has_moved(&writer->output))
		atomic_store(&writer->reopen, true);
}

/* Tries until the output is open. Returns false if a stop was requested first. */
static bool writer_open_output(struct writer *writer)
{
	struct output *output = &writer->output;
	int64_t since = now_ms();

	for (;;) {
		int error;

		writer_begin_call(writer);
		error = output->kind->open(output, &writer->cursor);
		if (!error)
			error = writer_commit_opened(writer);
		if (!writer_end_call(writer, "opening", error, since))
			return true;
		/* EAGAIN: the host name is still being looked up; close() would end the look-up. */
		if (error != -EAGAIN)
			output->kind->close(output);
		if (output_ends(&writer->output))
			return false;
		writer_wait(writer, -1, RETRY_MS);
	}
}

static bool writer_flush(struct writer *writer)
{
	int64_t since = writer_begin_call(writer);
	int error = writer_end_call(writer, "syncing", writer_commit(writer), since);

	writer_ask_reopen_if_moved(writer);
	return !error;
}

/* Flushes now and saves the state file. After a failure the next flush tries again. */
static void writer_save(struct writer *writer)
{
	writer->dirty_since = now_ms();
	if (writer_flush(writer))
		progress_save(writer->progress);
}

static void writer_flush_if_due(struct writer *writer)
{
	if (!writer->dirty_since)
		return;
	if (writer->output.sync != OUTPUT_SYNC_ALWAYS &&
	    now_ms() - writer->dirty_since < FLUSH_MS)
		return;
	if (!writer_flush(writer))
		writer->dirty_since = now_ms();
}

/*
 * Writes one record and tries until it is written. Returns false if the record is not
 * written: a stop was requested, the reader is gone, or the cursor was set back, so that
 * earlier records come first.
 */
static bool writer_write(struct writer *writer, const struct record *seen)
{
	const struct record *record = ask_fill(seen);
	const struct item item = { record, &writer->line, &writer->summary, &writer->view };
	struct output *output = &writer->output;
	int64_t since = now_ms();

	host_read_name(&writer->host);
	buffer_reset(&writer->line);
	buffer_reset(&writer->summary);
	output->format->put(&writer->line, record, &writer->view);
	put_summary(&writer->summary, record, &writer->view);
	for (;;) {
		int error;

		writer_begin_call(writer);
		error = writer_reopen_if_asked(writer);
		if (!error)
			error = output->kind->write(output, &item);
		if (error)
			writer_ask_reopen_if_moved(writer);
		if (!writer_end_call(writer, "writing", error, since))
			break;
		if (error == -EPIPE || output_ends(&writer->output))
			return false;
		writer_flush_if_due(writer);
		if (writer->rewound)
			return false;
		/* EAGAIN: the output has already waited for its reader. */
		writer_wait(writer, -1, error == -EAGAIN ? 0 : RETRY_MS);
	}
	writer->cursor.place = record_place(record);
	atomic_fetch_add(&writer->written, 1);
	if (!writer->dirty_since)
		writer->dirty_since = now_ms();
	return true;
}

static void writer_report_stream(struct writer *writer, int error)
{
	if (error != -ENOENT && error != -ENODEV)
		stream_failed(&writer->stream, error);
	else if (!atomic_exchange(&module_is_away, true))
		complain("the module is not loaded; waiting for it");
}

/*
 * The state file, or the output itself, may hold a sequence number that the module has not
 * reached: then the cursor is worthless, and the stream starts at the first record.
 */
static void writer_report_cursor_ahead(const struct writer *writer)
{
	const struct stream *stream = &writer->stream;
	const struct place *place = &writer->cursor.place;

	if (place->instance == stream->merge.instance && place->seq > stream->last)
		complain("%s: number %" PRIu64 " was written, but the module is only at %" PRIu64
			 "; writing all that the kernel holds",
			 writer->output.name, place->seq, stream->last);
}

/* Tries until the stream is open after the cursor. Returns false if a stop was requested. */
static bool writer_open_stream(struct writer *writer)
{
	bool reported = false;
	int error;

	while (!output_ends(&writer->output)) {
		writer_show_activity(writer);
		error = stream_open_after(&writer->stream, &writer->cursor.place);
		if (!error) {
			if (atomic_exchange(&module_is_away, false))
				complain("the module is loaded again");
			writer_report_cursor_ahead(writer);
			writer->rewound = false;
			return true;
		}
		if (!reported)
			writer_report_stream(writer, error);
		reported = true;
		stream_close(&writer->stream);
		writer_flush_if_due(writer);
		writer_reopen_when_idle(writer);
		writer_wait(writer, -1, RETRY_MS);
	}
	return false;
}

/*
 * Returns the place of the last record that was written of the instance that was
 * followed last: sequence number 0 if there was none, PLACE_END if the instance is over.
 */
static struct place cursor_last_heard(const struct cursor *cursor)
{
	struct place heard = cursor->place;

	if (cursor->instance && cursor->instance != heard.instance)
		heard = (struct place){ .instance = cursor->instance };
	if (cursor->instance && cursor->instance_is_over)
		heard.seq = PLACE_END;
	return heard;
}

/*
 * Before the first record of a module instance: writes a loss if the instance before it
 * was not followed to its end, and saves which instance is followed now. Returns false as
 * writer_write() does.
 */
static bool writer_begin_instance(struct writer *writer)
{
	uint64_t instance = writer->stream.merge.instance;
	struct cursor *cursor = &writer->cursor;
	struct place before = cursor_last_heard(cursor);

	if (cursor->place.instance != instance && before.instance != instance &&
	    before.instance && before.seq != PLACE_END &&
	    !writer_write(writer, stream_unheard(&writer->stream, &before)))
		return false;
	if (cursor->instance == instance && !cursor->instance_is_over)
		return true;
	cursor->instance = instance;
	cursor->instance_is_over = false;
	writer_save(writer);
	return true;
}

/* Waits for the next record, at most until the next flush is due. */
static void writer_idle(struct writer *writer)
{
	int64_t left = IDLE_MS;

	if (writer->dirty_since)
		left = writer->dirty_since + FLUSH_MS - now_ms();
	if (left > 0)
		writer_wait(writer, stream_fd(&writer->stream), left);
	writer_reopen_when_idle(writer);
}

/*
 * Writes each record of the stream. Returns true if the stream must be opened again: the
 * module was unloaded, the stream failed, or the cursor was set back. Returns false if the
 * writer ends.
 */
static bool writer_follow(struct writer *writer)
{
	const struct record *record;
	int ret;

	while (!output_ends(&writer->output) && !writer->rewound) {
		writer_show_activity(writer);
		ret = stream_next(&writer->stream, &record);
		if (ret == -ENODEV) {
			writer->cursor.instance_is_over = true;
			writer_save(writer);
		}
		if (ret < 0) {
			writer_report_stream(writer, ret);
			return true;
		}
		if (ret && !writer_write(writer, record))
			break;
		writer_flush_if_due(writer);
		if (!ret)
			writer_idle(writer);
	}
	return writer->rewound;
}

static void *writer_run(void *data)
{
	struct writer *writer = data;
	bool goes_on = writer_open_output(writer);

	while (goes_on && writer_open_stream(writer)) {
		goes_on = writer_begin_instance(writer) ? writer_follow(writer) : writer->rewound;
		stream_close(&writer->stream);
		if (goes_on)
			writer_wait(writer, -1, RETRY_MS);
	}
	if (writer->dirty_since)
		writer_flush(writer);
	writer->output.kind->close(&writer->output);
	atomic_store(&writer->ended, true);
	return NULL;
}

int writer_start(struct writer *writer, const struct config_output *config,
		 struct progress *progress, const struct view *view)
{
	int wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	int ret;

	if (wake < 0)
		return -errno;
	writer->name = xstrdup(config->name);
	output_init(&writer->output, writer->name, config->format, config->sync, wake);
	writer->progress = progress;
	writer->host = *view->host;
	writer->view = *view;
	writer->view.host = &writer->host;
	progress_get(progress, config->name, &writer->cursor);
	writer->durable = writer->cursor;
	writer_show_activity(writer);
	ret = pthread_create(&writer->thread, NULL, writer_run, writer);
	writer->started = !ret;
	return -ret;
}

void writer_stop(struct writer *writer)
{
	atomic_store(&writer->output.stop, true);
	writer_wake(writer);
}

void writer_wake(struct writer *writer)
{
	uint64_t one = 1;

	if (write(writer->output.wake, &one, sizeof(one)) < 0)
		complain("%s: writing to its eventfd failed: %s", writer->output.name,
			 strerror(errno));
}

/*
 * SIGUSR1 interrupts a system call that blocks the thread. A signal that arrives just
 * before the call does not, so it is sent until the thread ends.
 */
bool writer_join(struct writer *writer, int64_t deadline)
{
	while (writer->started && !atomic_load(&writer->ended)) {
		if (now_ms() > deadline)
			return false;
		writer_wake(writer);
		pthread_kill(writer->thread, SIGUSR1);
		usleep(10000);
	}
	if (writer->started)
		pthread_join(writer->thread, NULL);
	free(writer->name);
	buffer_free(&writer->line);
	buffer_free(&writer->summary);
	close(writer->output.wake);
	return true;
}

bool writer_is_healthy(const struct writer *writer, int64_t now)
{
	return atomic_load(&writer->ended) || atomic_load(&writer->in_output) ||
	       now - atomic_load(&writer->last_active) < UNHEALTHY_MS;
}
