/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How the output "exec:PATH" of the logger has a program run by "shelltrap notify", which is
 * a service of its own: the logger may start no programs.
 *
 * For each alert there is one connection. The logger writes the program's path, the
 * instance, the number of the record, and how many were held back, each with a NUL; then the
 * line, up to the end of the stream. The service answers with EXEC_DONE if the program ended
 * with 0, else with a few words on what went wrong, and closes the connection. A service that
 * was killed answers nothing.
 */
#ifndef OUTPUT_EXEC_H
#define OUTPUT_EXEC_H

#define EXEC_SOCKET	"/run/shelltrap-notify.socket"
/* How long a program may run, in seconds. */
#define EXEC_SECONDS	10
/* Bytes of a whole order. The longest line is shorter. */
#define EXEC_LONGEST	(2 * 1024 * 1024)
#define EXEC_DONE	"done"
#define EXEC_WORDS	4	/* before the line */

/* Where the service listens. Tests set another path. */
extern const char *exec_socket;

#endif /* OUTPUT_EXEC_H */
