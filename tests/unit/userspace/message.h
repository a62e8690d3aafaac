/* SPDX-License-Identifier: GPL-2.0 */
/* Messages like those of the module, built with libmnl. */
#ifndef MESSAGE_H
#define MESSAGE_H

#include <libmnl/libmnl.h>
#include <stdbool.h>
#include <stdint.h>

#define MESSAGE_FAMILY	0x20
#define MESSAGE_SIZE	65536

/* The parts of an alert that tests vary. Strings that are NULL are left out. */
struct sample {
	uint64_t seq;
	uint64_t instance;
	uint64_t time;
	const char *rules[8];		/* the first is "critical", the others are "medium" */
	uint32_t verdict;
	const char *comm, *pathname, *interpreter;
	const char *process_comm, *exe, *cwd;
	const char *argv;
	size_t argv_len;
	uint32_t argc;
	bool argv_truncated;
	bool has_login;
	bool has_other_effective_ids;
	const char *file_path;
	uint32_t mode;
	bool has_server;
	const char *server_comm, *server_exe;
	uint32_t server_port;		/* 0: the server is known by its name */
	const char *ancestor_comm;	/* of pids 812 and 810; 1 is systemd */
	uint32_t stdin_type;
	uint32_t stdin_family;
	const void *local, *peer;
	size_t addr_len;
	const char *cgroup_path;
	uint32_t certainty;		/* 0: no request */
	const char *uri;
	const char *claim;		/* other variables of a CGI program; NULL: none */
};

/* The example alert of shelltrap-formats(5). */
extern const struct sample contract_example;

struct nlmsghdr *message_alert(void *data, const struct sample *sample);
struct nlmsghdr *message_loss(void *data, uint64_t instance, uint64_t seq, uint64_t lost);

struct nlmsghdr *message_event(void *data, uint64_t seq, uint32_t kind);
struct nlmsghdr *message_outcome(void *data, uint64_t seq, uint64_t of, uint32_t verdict);

/** message_held_outcome() - As message_outcome(), of a held exec. With @by it has a process. */
struct nlmsghdr *message_held_outcome(void *data, uint64_t seq, uint64_t of, uint32_t verdict,
				      uint32_t why, bool by);
struct nlmsghdr *message_repeats(void *data, uint64_t seq, uint64_t of, uint64_t count);

/* A record of a kind that does not exist. */
struct nlmsghdr *message_invented(void *data, uint64_t instance, uint64_t seq);

/* A message of the header alone, to which attributes can be added. */
struct nlmsghdr *message_empty(void *data, uint8_t command);

#endif /* MESSAGE_H */
