/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How the logger has evidence kept of an exec that is held: by "shelltrap evidence --service",
 * which is a service of its own, as the logger may not read processes.
 *
 * For each such alert there is one connection, on which the logger writes "INSTANCE SEQ". It
 * does not wait for an answer. Where the evidence goes, and how much of it, the service reads
 * from the configuration itself.
 */
#ifndef OUTPUT_EVIDENCE_H
#define OUTPUT_EVIDENCE_H

#define EVIDENCE_SOCKET	"/run/shelltrap-evidence.socket"
/* Bytes of a whole order. */
#define EVIDENCE_ORDER_MAX 64

/* Where the service listens. Tests set another path. */
extern const char *evidence_socket;

#endif /* OUTPUT_EVIDENCE_H */
