// SPDX-License-Identifier: GPL-2.0-or-later
#include "command/listener.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "lib/console.h"
#include "lib/deadline.h"
#include "lib/exit.h"
#include "lib/message.h"

/* How long the logger may take for an order. */
#define ORDER_MS	5000

bool listener_accepts(int fd)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);

	return !getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) &&
	       (!peer.uid || peer.uid == geteuid());
}

bool listener_read(int fd, struct buffer *text, size_t most)
{
	int64_t until = now_ms() + ORDER_MS;
	static char part[65536];
	ssize_t got;

	do {
		struct pollfd wait = { .fd = fd, .events = POLLIN };
		int64_t left = until - now_ms();

		if (left <= 0 || stop_requested() || poll(&wait, 1, left) < 1)
			return false;
		got = read(fd, part, sizeof(part));
		if (got > 0)
			buffer_add(text, part, got);
	} while (got > 0 && text->len <= most);
	return !got && text->len;
}

int listener_open(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd, error;

	if (!path)
		return sd_listen_fds(1) == 1 ? SD_LISTEN_FDS_START : -ENOENT;
	if (snprintf(address.sun_path, sizeof(address.sun_path), "%s", path) >=
	    (int)sizeof(address.sun_path))
		return -ENAMETOOLONG;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	unlink(path);
	if (!bind(fd, (struct sockaddr *)&address, sizeof(address)) && !listen(fd, 16))
		return fd;
	error = errno;
	close(fd);
	return -error;
}

int listener_loop(int listener, void (*serve)(int fd))
{
	while (!stop_requested()) {
		int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

		if (fd < 0 && errno != EINTR && errno != ECONNABORTED) {
			complain("the socket: %s", strerror(errno));
			return FAILED;
		}
		if (fd < 0)
			continue;
		serve(fd);
		close(fd);
	}
	return DONE;
}

int listener_run(const struct usage *usage, const char *path, const char *unit,
		 void (*serve)(int fd))
{
	int listener;

	stop_on_signals();
	listener = listener_open(path);
	if (listener == -ENOENT && !path)
		return wrong_usage(usage, "systemd passed no socket: start %s, or give --socket",
				   unit);
	if (listener < 0) {
		complain("%s: %s", path, strerror(-listener));
		return FAILED;
	}
	return listener_loop(listener, serve);
}
