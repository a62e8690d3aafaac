/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef COMMAND_EVIDENCE_H
#define COMMAND_EVIDENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EVIDENCE_ROOTS_MAX 16

struct evidence_settings {
	uint64_t seq;
	const char *output;
	const char *file;	/* of the logger; NULL: the alert is in the kernel's backlog */
	const char *roots[EVIDENCE_ROOTS_MAX];
	size_t nr_roots;	/* 0: the standard ones */
	bool memory;
	uint64_t member_mib, total_mib;
	uint64_t seconds;
	uint64_t instance;	/* of the module; 0: any */
	bool service;
	const char *socket;	/* of the service; NULL: systemd passes it */
	const char *config;	/* of the logger; NULL: the standard file */
};

#define EVIDENCE_SETTINGS { .member_mib = 64, .total_mib = 512, .seconds = 60 }

/** evidence_keep() - Write the archive. Returns an exit code, with a message printed. */
int evidence_keep(const struct evidence_settings *settings);

/** evidence_serve() - Keep evidence for the logger. Returns an exit code. */
int evidence_serve(const struct evidence_settings *settings);

#endif /* COMMAND_EVIDENCE_H */
