/* SPDX-License-Identifier: GPL-2.0 */
/* Records of all kinds, some with hostile bytes, and a host, to be written in every format. */
#ifndef SAMPLES_H
#define SAMPLES_H

#include "kernel/kernels.h"
#include "kernel/record.h"
#include "kernel/state.h"
#include "message.h"
#include "output/output.h"

/* Makes the record of this number, which points into @data. Returns false if there is none. */
bool sample_record(size_t number, void *data, struct record *record);

/* Reads a message that must be a record. The record points into the message. */
void sample_parse(const struct nlmsghdr *message, struct record *record);

/* contract_example, but stdin is a TCP connection of 127.0.0.1 with 203.0.113.5. */
struct sample sample_connected(void);

/* Writes a record to an output, as a line of @len characters 'x'. */
#define SAMPLE_INSTANCE 0x5b1f9c0e77aa01d3
int sample_write(struct output *output, uint64_t seq, size_t len);

/* A host, its users and its groups, which are the same on every machine. */
#define TEST_HASH "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
extern const struct view test_view;

/* The state of a busy module; every counter has another value. */
extern const struct state sample_state;

/* Two kernels; the one that runs has no module. */
extern const struct kernels sample_kernels;

#endif /* SAMPLES_H */
