// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/saver.h"

#include <errno.h>
#include <stdlib.h>

#include "lib/deadline.h"
#include "lib/replace.h"
#include "lib/util.h"
#include "lib/worker.h"
#include "lib/xalloc.h"

#define SAVED_MODE 0600

/* The worker's lock protects all members but the path, which does not change. */
struct saver {
	struct worker worker;
	char *path;
	struct buffer waiting;	/* the text to save next; empty: none */
	bool is_saving;		/* the thread writes an earlier text */
	int error;		/* of the last attempt that ended */
};

static void saver_work(struct worker *worker)
{
	struct saver *saver = container_of(worker, struct saver, worker);

	while (saver->waiting.len) {
		struct buffer text = saver->waiting;
		int error;

		saver->waiting = (struct buffer){0};
		saver->is_saving = true;
		pthread_mutex_unlock(&worker->lock);
		error = replace_file(saver->path, &text, SAVED_MODE);
		buffer_free(&text);
		pthread_mutex_lock(&worker->lock);
		saver->is_saving = false;
		saver->error = error;
	}
}

struct saver *saver_start(const char *path)
{
	struct saver *saver = xcalloc(1, sizeof(*saver));

	*saver = (struct saver){ .worker = WORKER(saver_work), .path = xstrdup(path) };
	return saver;
}

void saver_put(struct saver *saver, struct buffer *text)
{
	pthread_mutex_lock(&saver->worker.lock);
	buffer_free(&saver->waiting);
	saver->waiting = *text;
	*text = (struct buffer){0};
	if (!worker_ask(&saver->worker))
		saver->error = -EAGAIN;
	pthread_mutex_unlock(&saver->worker.lock);
}

int saver_wait(struct saver *saver, int ms)
{
	struct timespec deadline = deadline_in(ms);
	int ret;

	pthread_mutex_lock(&saver->worker.lock);
	while ((saver->waiting.len || saver->is_saving) && saver->worker.runs)
		if (!worker_wait(&saver->worker, &deadline))
			break;
	ret = saver->waiting.len || saver->is_saving ? -EAGAIN : saver->error;
	pthread_mutex_unlock(&saver->worker.lock);
	return ret;
}

int saver_failed(struct saver *saver)
{
	int error;

	pthread_mutex_lock(&saver->worker.lock);
	error = saver->error;
	pthread_mutex_unlock(&saver->worker.lock);
	return error;
}

static void saver_free(struct worker *worker)
{
	struct saver *saver = container_of(worker, struct saver, worker);

	buffer_free(&saver->waiting);
	free(saver->path);
	free(saver);
}

void saver_end(struct saver *saver)
{
	pthread_mutex_lock(&saver->worker.lock);
	buffer_free(&saver->waiting);
	pthread_mutex_unlock(&saver->worker.lock);
	worker_end(&saver->worker, saver_free);
}
