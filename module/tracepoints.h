/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHELLTRAP_TRACEPOINTS_H
#define _SHELLTRAP_TRACEPOINTS_H

struct tracepoint;

/**
 * shelltrap_tracepoint() - Find a tracepoint of the kernel.
 * @name: its name
 *
 * Process context, may sleep. The kernel does not export most tracepoints by name, but lists all
 * of them.
 *
 * Return: the tracepoint, or NULL if this kernel has none of that name.
 */
struct tracepoint *shelltrap_tracepoint(const char *name);

#endif /* _SHELLTRAP_TRACEPOINTS_H */
