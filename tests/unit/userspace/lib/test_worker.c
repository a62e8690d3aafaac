// SPDX-License-Identifier: GPL-2.0
/* Work that hangs keeps nothing waiting longer than it wants, and is freed in the end. */
#include "unit.h"

#include <semaphore.h>
#include <stdlib.h>

#include "lib/deadline.h"
#include "lib/worker.h"

#define SHORT_MS 50
#define LONG_MS 20000

struct job {
	struct worker worker;
	unsigned int wanted, done;
	sem_t hangs;
};

static sem_t released;

/* Does what is wanted, each time after the semaphore was posted. */
static void work(struct worker *worker)
{
	struct job *job = container_of(worker, struct job, worker);

	while (job->done < job->wanted) {
		pthread_mutex_unlock(&worker->lock);
		sem_wait(&job->hangs);
		pthread_mutex_lock(&worker->lock);
		job->done++;
	}
}

static void release(struct worker *worker)
{
	struct job *job = container_of(worker, struct job, worker);

	sem_destroy(&job->hangs);
	free(job);
	sem_post(&released);
}

static struct job *job_new(void)
{
	struct job *job = calloc(1, sizeof(*job));

	assert_non_null(job);
	*job = (struct job){ .worker = WORKER(work) };
	sem_init(&job->hangs, 0, 0);
	return job;
}

/* Asks for one more, and waits for so long. Returns whether it was done. */
static bool ask(struct job *job, int ms)
{
	struct timespec deadline = deadline_in(ms);
	bool is_done;

	pthread_mutex_lock(&job->worker.lock);
	job->wanted++;
	assert_true(worker_ask(&job->worker));
	while (job->done < job->wanted && worker_wait(&job->worker, &deadline))
		;
	is_done = job->done == job->wanted;
	pthread_mutex_unlock(&job->worker.lock);
	return is_done;
}

static void is_released(void)
{
	struct timespec end;

	clock_gettime(CLOCK_REALTIME, &end);
	end.tv_sec += LONG_MS / 1000;
	assert_int_equal(sem_timedwait(&released, &end), 0);
}

TEST(what_is_asked_for_is_done_each_time)
{
	struct job *job = job_new();

	sem_post(&job->hangs);
	assert_true(ask(job, LONG_MS));
	sem_post(&job->hangs);
	assert_true(ask(job, LONG_MS));
	worker_end(&job->worker, release);
	is_released();
}

TEST(a_wait_for_work_that_hangs_ends_at_its_deadline)
{
	struct job *job = job_new();
	int64_t begin = now_ms();

	assert_false(ask(job, SHORT_MS));
	assert_in_range(now_ms() - begin, SHORT_MS, LONG_MS);
	sem_post(&job->hangs);
	worker_end(&job->worker, release);
	is_released();
}

TEST(a_worker_that_hangs_is_released_once_it_comes_back)
{
	struct job *job = job_new();
	sem_t *hangs = &job->hangs;

	assert_false(ask(job, SHORT_MS));
	worker_end(&job->worker, release);
	assert_int_not_equal(sem_trywait(&released), 0);
	sem_post(hangs);
	is_released();
}

TEST(a_worker_without_a_thread_is_released_at_once)
{
	worker_end(&job_new()->worker, release);
	assert_int_equal(sem_trywait(&released), 0);
}

void set_up_all(void)
{
	sem_init(&released, 0, 0);
}
