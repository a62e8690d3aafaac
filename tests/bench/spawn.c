// SPDX-License-Identifier: GPL-2.0
/*
 * spawn COUNT [PROGRAM [DESCRIPTORS CONNECTIONS [ARGUMENT...]]]: starts PROGRAM COUNT times, with
 * the ARGUMENTs and the environment of this process, or without PROGRAM only forks; each child
 * exits at once. With "listen" as PROGRAM starts nothing, but listens on a TCP port that the
 * kernel chooses, and closes it. Has so many descriptors, CONNECTIONS of which are connections
 * that it has accepted: from afar, or with a "p" behind the number from a process on this machine.
 * Prints the nanoseconds of one iteration as this process's clock sees them: the mean, in which
 * what other processes do meanwhile counts, too, and the least. The file has the name that the
 * process shall have, as not all programs that observe it would notice a prctl(PR_SET_NAME). It
 * listens, as a server does.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../vm/serve.h"
#include "marks.h"

/* Of this machine, but a connection between them looks as if it came from afar. */
#define SERVER	"192.0.2.1"
#define CLIENT	"192.0.2.2"

/* Iterations before those that are measured, which fill caches and allocators. */
#define WARM_UP 20

static long long now(void)
{
	struct timespec clock;

	clock_gettime(CLOCK_MONOTONIC, &clock);
	return clock.tv_sec * 1000000000LL + clock.tv_nsec;
}

static int listen_once(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	int listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(listening, (struct sockaddr *)&address, sizeof(address)) || listen(listening, 1))
		return -1;
	return close(listening);
}

/* @arguments: of the program, which is the first one; or only NULL. */
static int spawn(char **arguments)
{
	pid_t child;

	if (*arguments && !strcmp(*arguments, "listen"))
		return listen_once();
	child = *arguments ? vfork() : fork();
	if (!child) {
		mark(MARK_CHILD);
		if (*arguments)
			execv(*arguments, arguments);
		_exit(0);
	}
	return child > 0 && waitpid(child, NULL, 0) == child ? 0 : -1;
}

/* Returns the nanoseconds of the shortest iteration, or -1. */
static long long spawn_all(char **arguments, int count)
{
	long long least = LLONG_MAX, begin = now(), end;

	while (count--) {
		if (spawn(arguments))
			return -1;
		end = now();
		if (end - begin < least)
			least = end - begin;
		begin = end;
	}
	return least;
}

/* The clients: a child that waits until it is killed. Its address is @from. */
static void connect_all(const struct sockaddr_in *address, int count, const char *from)
{
	struct sockaddr_in client = { .sin_family = AF_INET };
	int fd;

	client.sin_addr.s_addr = inet_addr(from);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (count--) {
		fd = socket(AF_INET, SOCK_STREAM, 0);
		if (bind(fd, (const struct sockaddr *)&client, sizeof(client)) ||
		    connect(fd, (const struct sockaddr *)address, sizeof(*address)))
			_exit(125);
	}
	for (;;)
		pause();
}

static void accept_all(int count, const char *from)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	int listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	socklen_t len = sizeof(address);

	address.sin_addr.s_addr = inet_addr(SERVER);
	if (bind(listening, (struct sockaddr *)&address, len) || listen(listening, count) ||
	    getsockname(listening, (struct sockaddr *)&address, &len))
		exit(125);
	if (!fork())
		connect_all(&address, count, from);
	while (count--)
		if (accept(listening, NULL, NULL) < 0)
			exit(125);
}

/* @connections: a number; with "p" behind it, they come from a process on this machine. */
static void open_all(int descriptors, const char *connections)
{
	int count = atoi(connections);

	if (count)
		accept_all(count, strchr(connections, 'p') ? SERVER : CLIENT);
	while (open("/dev/null", O_RDONLY) < descriptors - 1)
		;
}

int main(int argc, char **argv)
{
	int count = argc == 2 || argc == 3 || argc >= 5 ? atoi(argv[1]) : 0;
	long long begin, end, least;
	char **arguments = argv + 2;

	if (count <= 0)
		return 2;
	listen_somewhere();
	if (argc >= 5) {
		open_all(atoi(argv[3]), argv[4]);
		arguments = argv + 4;
		*arguments = argv[2];
	}
	mark(MARK_FIRST);
	if (spawn_all(arguments, WARM_UP) < 0)
		return 1;
	begin = now();
	mark(MARK_START);
	least = spawn_all(arguments, count);
	mark(MARK_STOP);
	end = now();
	if (least < 0)
		return 1;
	printf("%lld %lld\n", (end - begin) / count, least);
	return 0;
}
