// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/writer.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "format/summary.h"
#include "kernel/module.h"
#include "lib/console.h"
#include "lib/message.h"

/* So long at most what was written is neither synced nor remembered. */
#define FLUSH_MS	1000
/* Between two tries of an output that fails, or of a module that is not there. */
#define RETRY_MS	500
/* So long a reader may be busy before that is a failure. */
#define BUSY_MS		2000
/* A healthy thread turns at least as often. */
#define TURN_MS		1000
#define UNHEALTHY_MS	20000

/* Said once, by whoever notices first. */
static atomic_bool module_is_away;

static void turn(struct writer *writer)
{
	atomic_store(&writer->turned, now_ms());
}

/* Until fd (-1: none) is readable, the writer is woken, or time is over. */
static void wait_for(struct writer *writer, int fd, int ms)
{
	struct pollfd fds[] = {
		{ .fd = writer->output.wake, .events = POLLIN },
		{ .fd = fd, .events = POLLIN },
	};
	uint64_t wakes;

	if (poll(fds, 2, ms) > 0 && fds[0].revents &&
	    read(writer->output.wake, &wakes, sizeof(wakes)) < 0)
		complain("%s: waking up failed: %s", writer->output.name, strerror(errno));
}

static void say_failed(struct writer *writer, const char *what, int error)
{
	if (writer->failing)
		return;
	writer->failing = what;
	complain("%s: %s: %s; its alerts wait in the kernel, trying again",
		 writer->output.name, what, output_reason(&writer->output, error));
}

/* To write may fail for ever where to sync does not: each takes back its own word. */
static void say_works(struct writer *writer, const char *what)
{
	if (!writer->failing || strcmp(writer->failing, what))
		return;
	writer->failing = NULL;
	complain("%s: works again", writer->output.name);
}

static int64_t enter(struct writer *writer)
{
	atomic_store(&writer->in_output, true);
	return now_ms();
}

/* What was written behind the place that is remembered may never have arrived. */
static void go_back(struct writer *writer)
{
	if (!stop_requested())
		say_failed(writer, "syncing", -ERESTART);
	writer->mark = writer->safe;
	writer->unsaved_since = 0;
	writer->went_back = true;
}

/* Returns the error. That a reader is busy is worth a word only after a while. */
static int leave(struct writer *writer, const char *what, int error, int64_t since)
{
	atomic_store(&writer->in_output, false);
	turn(writer);
	if (!error)
		say_works(writer, what);
	else if (error == -ERESTART)
		go_back(writer);
	else if (error == -EPIPE)
		complain("%s: its reader is gone, and so is it", writer->output.name);
	else if ((error != -EAGAIN || now_ms() - since > BUSY_MS) && !stop_requested())
		say_failed(writer, what, error);
	return error;
}

static bool is_same(const struct mark *one, const struct mark *other)
{
	return one->place.instance == other->place.instance &&
	       one->place.seq == other->place.seq && one->load == other->load &&
	       one->load_is_over == other->load_is_over;
}

/* What was written, or a part of it, is there to stay, and may be remembered. */
static int commit(struct writer *writer)
{
	struct output *output = &writer->output;
	struct mark safe = writer->mark;
	int error = 0;

	if (output->kind->flush)
		error = output->kind->flush(output, &safe);
	if (error)
		return error;
	progress_set(writer->progress, output->name, &safe);
	writer->safe = safe;
	writer->unsaved_since = is_same(&safe, &writer->mark) ? 0 : now_ms();
	return 0;
}

/*
 * Which file it is must be on disk before the first line is in it: a crash would
 * leave a line in a file that nobody knows of, should that be renamed next.
 */
static int commit_opened(struct writer *writer)
{
	int error = commit(writer);

	/* Where that fails it is said elsewhere, and no reason not to write. */
	if (!error)
		progress_save(writer->progress);
	return error;
}

static int reopen_if_asked(struct writer *writer)
{
	const struct output_kind *kind = writer->output.kind;
	int error;

	if (!atomic_exchange(&writer->reopen, false) || !kind->reopen)
		return 0;
	error = kind->reopen(&writer->output);
	if (!error)
		error = commit_opened(writer);
	if (error)
		atomic_store(&writer->reopen, true);
	return error;
}

static void ask_for_reopen_if_moved(struct writer *writer)
{
	const struct output_kind *kind = writer->output.kind;

	if (kind->has_moved && kind->has_moved(&writer->output))
		atomic_store(&writer->reopen, true);
}

static bool open_output(struct writer *writer)
{
	struct output *output = &writer->output;
	int64_t since = now_ms();

	for (;;) {
		int error;

		enter(writer);
		error = output->kind->open(output, &writer->mark);
		if (!error)
			error = commit_opened(writer);
		if (!leave(writer, "opening", error, since))
			return true;
		if (error != -EAGAIN)
			output->kind->close(output);
		if (stop_requested())
			return false;
		wait_for(writer, -1, RETRY_MS);
	}
}

static bool flush(struct writer *writer)
{
	int64_t since = enter(writer);
	int error = leave(writer, "syncing", commit(writer), since);

	ask_for_reopen_if_moved(writer);
	return !error;
}

/* Where that fails it is tried again with the next flush. */
static void save_now(struct writer *writer)
{
	writer->unsaved_since = now_ms();
	if (flush(writer))
		progress_save(writer->progress);
}

static void flush_when_due(struct writer *writer)
{
	if (!writer->unsaved_since)
		return;
	if (writer->output.sync != OUTPUT_SYNC_ALWAYS &&
	    now_ms() - writer->unsaved_since < FLUSH_MS)
		return;
	if (!flush(writer))
		writer->unsaved_since = now_ms();
}

static int try_to_write(struct writer *writer, const struct item *item, int64_t since)
{
	struct output *output = &writer->output;
	int error;

	enter(writer);
	error = reopen_if_asked(writer);
	if (!error)
		error = output->kind->write(output, item);
	if (error)
		ask_for_reopen_if_moved(writer);
	return leave(writer, "writing", error, since);
}

/* Tries until it is written; false: not before the end, or what was before it comes first. */
static bool write_record(struct writer *writer, const struct record *record)
{
	struct item item = { record, &writer->line, &writer->summary, writer->view };
	int64_t since = now_ms();
	int error;

	buffer_reset(&writer->line);
	buffer_reset(&writer->summary);
	writer->output.format->put(&writer->line, record, writer->view);
	put_summary(&writer->summary, record, writer->view);
	while ((error = try_to_write(writer, &item, since))) {
		if (error == -EPIPE || stop_requested())
			return false;
		flush_when_due(writer);
		if (writer->went_back)
			return false;
		wait_for(writer, -1, error == -EAGAIN ? 0 : RETRY_MS);
	}
	writer->mark.place = record_place(record);
	atomic_fetch_add(&writer->written, 1);
	if (!writer->unsaved_since)
		writer->unsaved_since = now_ms();
	return true;
}

static bool is_away(int error)
{
	return error == -ENOENT || error == -ENODEV;
}

static void say_away(struct writer *writer, int error)
{
	if (!is_away(error))
		stream_failed(&writer->stream, error);
	else if (!atomic_exchange(&module_is_away, true))
		complain("the module is not loaded; waiting for it");
}

/* What is remembered may not be ours at all. */
static void check_place(struct writer *writer)
{
	const struct stream *stream = &writer->stream;
	const struct place *place = &writer->mark.place;

	if (place->instance == stream->merge.instance && place->seq > stream->last)
		complain("%s: number %" PRIu64 " is still to come; writing all the kernel holds",
			 writer->output.name, place->seq);
}

/* False: not before the end. */
static bool open_stream(struct writer *writer)
{
	bool said = false;
	int error;

	while (!stop_requested()) {
		turn(writer);
		error = stream_open_after(&writer->stream, &writer->mark.place);
		if (!error) {
			if (atomic_exchange(&module_is_away, false))
				complain("the module is there again");
			check_place(writer);
			writer->went_back = false;
			return true;
		}
		if (!said)
			say_away(writer, error);
		said = true;
		stream_close(&writer->stream);
		flush_when_due(writer);
		wait_for(writer, -1, RETRY_MS);
	}
	return false;
}

/* Which load was listened to last, and how far it was heard. */
static struct place heard(const struct mark *mark)
{
	struct place heard = mark->place;

	if (mark->load && mark->load != heard.instance)
		heard = (struct place){ .instance = mark->load };
	if (mark->load && mark->load_is_over)
		heard.seq = PLACE_END;
	return heard;
}

/*
 * Tells what became of the load before this one, and remembers this one before its
 * first record is written. False: not before the end.
 */
static bool begin_load(struct writer *writer)
{
	uint64_t instance = writer->stream.merge.instance;
	struct mark *mark = &writer->mark;
	struct place before = heard(mark);

	if (mark->place.instance != instance && before.instance != instance &&
	    before.instance && before.seq != PLACE_END &&
	    !write_record(writer, stream_unheard(&writer->stream, &before)))
		return false;
	if (mark->load == instance && !mark->load_is_over)
		return true;
	mark->load = instance;
	mark->load_is_over = false;
	save_now(writer);
	return true;
}

static void end_load(struct writer *writer)
{
	writer->mark.load_is_over = true;
	save_now(writer);
}

static void idle(struct writer *writer)
{
	int64_t left = TURN_MS, since;

	if (writer->unsaved_since)
		left = writer->unsaved_since + FLUSH_MS - now_ms();
	if (left > 0)
		wait_for(writer, stream_fd(&writer->stream), left);
	if (!atomic_load(&writer->reopen))
		return;
	since = enter(writer);
	leave(writer, "writing", reopen_if_asked(writer), since);
}

/* Until the module goes or it goes back (true), or the end has come. */
static bool follow(struct writer *writer)
{
	const struct record *record;
	int ret;

	while (!stop_requested() && !writer->went_back) {
		turn(writer);
		ret = stream_next(&writer->stream, &record);
		if (ret == -ENODEV)
			end_load(writer);
		if (ret < 0) {
			say_away(writer, ret);
			return true;
		}
		if (ret && !write_record(writer, record))
			break;
		flush_when_due(writer);
		if (!ret)
			idle(writer);
	}
	return writer->went_back;
}

static void *run(void *data)
{
	struct writer *writer = data;
	bool goes_on = open_output(writer);

	while (goes_on && open_stream(writer)) {
		goes_on = begin_load(writer) ? follow(writer) : writer->went_back;
		stream_close(&writer->stream);
		if (goes_on)
			wait_for(writer, -1, RETRY_MS);
	}
	if (writer->unsaved_since)
		flush(writer);
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
	output_init(&writer->output, config->name, config->format, config->sync, wake);
	writer->progress = progress;
	writer->view = view;
	progress_get(progress, config->name, &writer->mark);
	writer->safe = writer->mark;
	turn(writer);
	ret = pthread_create(&writer->thread, NULL, run, writer);
	writer->started = !ret;
	return -ret;
}

void writer_wake(struct writer *writer)
{
	uint64_t one = 1;

	if (write(writer->output.wake, &one, sizeof(one)) < 0)
		complain("%s: waking it failed: %s", writer->output.name, strerror(errno));
}

/* The signal ends a call that keeps it; it may fall before the call, so again. */
bool writer_join(struct writer *writer, int64_t deadline)
{
	if (!writer->started)
		return true;
	while (!atomic_load(&writer->ended)) {
		if (now_ms() > deadline)
			return false;
		writer_wake(writer);
		pthread_kill(writer->thread, SIGUSR1);
		usleep(10000);
	}
	pthread_join(writer->thread, NULL);
	buffer_free(&writer->line);
	buffer_free(&writer->summary);
	close(writer->output.wake);
	return true;
}

bool writer_is_healthy(const struct writer *writer, int64_t now)
{
	return atomic_load(&writer->ended) || atomic_load(&writer->in_output) ||
	       now - atomic_load(&writer->turned) < UNHEALTHY_MS;
}
