/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the logger has looked up for an alert: the server's command line, and the request that a
 * worker of php-fpm or uWSGI serves. The logger may not read processes nor talk to servers:
 * "shelltrap ask" does, which is a service of its own, and reads from the configuration whom it
 * may ask.
 *
 * For each alert there is one connection. The logger writes "SERVER WORKER TIME PROGRAM\n": PIDs,
 * and the time of the alert. The answer has keys and values in turn, a NUL after each. Alerts
 * wait for 250 ms at most, and for a tenth of the time on average. A server for which
 * it took more than 125 ms is not asked about for 10 s.
 */
#ifndef OUTPUT_ASK_H
#define OUTPUT_ASK_H

#include <stdbool.h>

#include "kernel/record.h"

#define ASK_SOCKET	"/run/shelltrap-ask.socket"
/* Bytes of a whole order, and of an answer. */
#define ASK_ORDER_MAX	96
#define ASK_ANSWER_MAX	16384

/* Where the service listens. Tests set another path. */
extern const char *ask_socket;

/** ask_enable() - Whether to ask. Main thread, before any writer starts. */
void ask_enable(bool enable);

/**
 * ask_fill() - Add to an alert what the service knows.
 *
 * Any thread. Returns the record itself, or one that is valid until the next call in the same
 * thread.
 */
const struct record *ask_fill(const struct record *record);

#endif /* OUTPUT_ASK_H */
