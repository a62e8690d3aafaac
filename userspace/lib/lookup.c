// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/lookup.h"

#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "lib/util.h"
#include "lib/worker.h"
#include "lib/xalloc.h"

struct lookup {
	struct worker worker;
	char *host, *port;
	int type;
	bool is_over;
	int over;		/* an eventfd that is readable once is_over is set, for poll() */
	int error;
	struct addrinfo *addresses;
};

static void lookup_work(struct worker *worker)
{
	struct lookup *lookup = container_of(worker, struct lookup, worker);
	const struct addrinfo hints = { .ai_socktype = lookup->type, .ai_flags = AI_NUMERICSERV };

	if (lookup->is_over)
		return;
	/* No lock is needed: until is_over is set, only this thread uses these members. */
	pthread_mutex_unlock(&worker->lock);
	lookup->error = getaddrinfo(lookup->host, lookup->port, &hints, &lookup->addresses);
	pthread_mutex_lock(&worker->lock);
	lookup->is_over = true;
	eventfd_write(lookup->over, 1);
}

static void lookup_free(struct worker *worker)
{
	struct lookup *lookup = container_of(worker, struct lookup, worker);

	if (lookup->addresses)
		freeaddrinfo(lookup->addresses);
	close(lookup->over);
	free(lookup->host);
	free(lookup->port);
	free(lookup);
}

struct lookup *lookup_start(const char *host, const char *port, int type)
{
	int over = eventfd(0, EFD_CLOEXEC);
	struct lookup *lookup;
	bool runs;

	if (over < 0)
		return NULL;
	lookup = xcalloc(1, sizeof(*lookup));
	*lookup = (struct lookup){
		.worker = WORKER(lookup_work),
		.host = xstrdup(host),
		.port = xstrdup(port),
		.type = type,
		.over = over,
	};
	pthread_mutex_lock(&lookup->worker.lock);
	runs = worker_ask(&lookup->worker);
	pthread_mutex_unlock(&lookup->worker.lock);
	if (runs)
		return lookup;
	lookup_drop(lookup);
	return NULL;
}

int lookup_fd(const struct lookup *lookup)
{
	return lookup->over;
}

int lookup_result(const struct lookup *lookup, const struct addrinfo **addresses)
{
	*addresses = lookup->addresses;
	return lookup->error;
}

void lookup_drop(struct lookup *lookup)
{
	worker_end(&lookup->worker, lookup_free);
}
