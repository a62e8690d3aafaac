// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/lookup.h"

#include <netdb.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct lookup {
	atomic_uint users;	/* whoever asked, and the thread */
	char *host, *port;
	int type;
	int over;		/* an eventfd */
	int error;
	struct addrinfo *addresses;
};

/* By whoever is the last to have it. */
void lookup_drop(struct lookup *lookup)
{
	if (atomic_fetch_sub(&lookup->users, 1) > 1)
		return;
	if (lookup->addresses)
		freeaddrinfo(lookup->addresses);
	if (lookup->over >= 0)
		close(lookup->over);
	free(lookup->host);
	free(lookup->port);
	free(lookup);
}

static void *look_up(void *data)
{
	struct lookup *lookup = data;
	const struct addrinfo hints = { .ai_socktype = lookup->type, .ai_flags = AI_NUMERICSERV };

	lookup->error = getaddrinfo(lookup->host, lookup->port, &hints, &lookup->addresses);
	eventfd_write(lookup->over, 1);
	lookup_drop(lookup);
	return NULL;
}

static int start_thread(struct lookup *lookup)
{
	pthread_t thread;
	int ret;

	atomic_store(&lookup->users, 2);
	ret = pthread_create(&thread, NULL, look_up, lookup);
	if (ret)
		atomic_store(&lookup->users, 1);
	else
		pthread_detach(thread);
	return ret;
}

struct lookup *lookup_start(const char *host, const char *port, int type)
{
	struct lookup *lookup = calloc(1, sizeof(*lookup));

	if (!lookup)
		return NULL;
	atomic_init(&lookup->users, 1);
	lookup->host = strdup(host);
	lookup->port = strdup(port);
	lookup->type = type;
	lookup->over = eventfd(0, EFD_CLOEXEC);
	if (lookup->host && lookup->port && lookup->over >= 0 && !start_thread(lookup))
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
