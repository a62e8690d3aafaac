/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The socket of a service that works for the logger. */
#ifndef COMMAND_LISTENER_H
#define COMMAND_LISTENER_H

#include <stdbool.h>
#include <stddef.h>

#include "command/options.h"
#include "lib/buffer.h"

/**
 * listener_open() - Listen on a UNIX socket.
 * @path: NULL: systemd passes the socket
 *
 * Returns a descriptor or negative errno; -ENOENT: systemd passed none.
 */
int listener_open(const char *path);

/**
 * listener_run() - Be a service of the logger: listen, and serve.
 * @usage: of the command
 * @path: as for listener_open()
 * @unit: the unit that passes the socket
 * @serve: as for listener_loop()
 *
 * Reports what is wrong. Returns an exit code.
 */
int listener_run(const struct usage *usage, const char *path, const char *unit,
		 void (*serve)(int fd));

/**
 * listener_loop() - Call serve() for each connection, until a stop is requested.
 *
 * Returns an exit code.
 */
int listener_loop(int listener, void (*serve)(int fd));

/** listener_accepts() - Whether root or the user of this process has connected. */
bool listener_accepts(int fd);

/**
 * listener_read() - Read up to the end of the stream.
 *
 * Returns false if there is none within 5 seconds, or if there are more than "most" bytes.
 */
bool listener_read(int fd, struct buffer *text, size_t most);

#endif /* COMMAND_LISTENER_H */
