// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/evidence.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/local.h"
#include "output/output.h"

const char *evidence_socket = EVIDENCE_SOCKET;

static const char *evidence_target_fault(const char *target)
{
	if (target[0] != '/')
		return "needs the absolute path of a directory";
	return NULL;
}

static const char *evidence_needs(const char *target)
{
	(void)target;
	return "a service of its own keeps the evidence: systemctl enable --now "
	       "shelltrap-evidence.socket";
}

static int evidence_open(struct output *output, struct cursor *cursor)
{
	(void)output;
	(void)cursor;
	return 0;
}

/* An order is so short that the socket always has room for it. */
static int evidence_send(const struct record *record)
{
	char order[EVIDENCE_ORDER_MAX];
	int fd = local_connect(evidence_socket, SOCK_NONBLOCK), ret;

	if (fd < 0)
		return fd;
	snprintf(order, sizeof(order), "%016" PRIx64 " %" PRIu64 "\n", record->instance.value,
		 record->seq.value);
	ret = send(fd, order, strlen(order), MSG_NOSIGNAL) < 0 ? -errno : 0;
	close(fd);
	return ret;
}

/* Only what is held waits for somebody to look at it. */
static bool evidence_wants(const struct record *record)
{
	const char *verdict = record->alert.present ? verdict_name(record->alert.verdict.value) :
						      NULL;

	return verdict && !strcmp(verdict, "held");
}

static int evidence_write(struct output *output, const struct item *item)
{
	int ret = evidence_wants(item->record) ? evidence_send(item->record) : 0;

	output->reason[0] = '\0';
	if (ret == -ENOENT || ret == -ECONNREFUSED)
		snprintf(output->reason, sizeof(output->reason),
			 "shelltrap-evidence.socket does not listen");
	return ret;
}

const struct output_kind output_evidence = {
	.name = "evidence",
	.target_fault = evidence_target_fault,
	.needs = evidence_needs,
	.allows_text = true,
	.open = evidence_open,
	.write = evidence_write,
	.close = output_close_fd,
};
