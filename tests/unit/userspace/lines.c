// SPDX-License-Identifier: GPL-2.0
/*
 * lines FORMAT [FILE...]: prints every sample record in this format, then the message of
 * each FILE that holds a record. The tests in Python read the output.
 * lines metrics: prints the metrics of a sample state.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/metrics.h"
#include "samples.h"

static uint64_t storage[MESSAGE_SIZE / 8];
static struct record record;
static struct buffer out;

/* Returns whether the file holds the message of a record, which is then in @record. */
static bool read_message(const char *path)
{
	const struct nlmsghdr *message = (const void *)storage;
	FILE *file = fopen(path, "r");
	struct fault fault;
	size_t len;

	if (!file)
		exit(1);
	len = fread(storage, 1, sizeof(storage), file);
	fclose(file);
	return len <= INT32_MAX && mnl_nlmsg_ok(message, len) &&
	       !record_parse(message, &record, &fault) && record_kind(&record) != RECORD_UNKNOWN;
}

static int print(void)
{
	return fwrite(out.data, 1, out.len, stdout) != out.len;
}

int main(int argc, char **argv)
{
	const struct format *format = argc > 1 ? format_find(argv[1]) : NULL;
	size_t i;

	if (argc == 2 && !strcmp(argv[1], "metrics")) {
		metrics_put(&out, &sample_state, true, &sample_kernels);
		return print();
	}
	if (!format)
		return 2;
	for (i = 0; sample_record(i, storage, &record); i++)
		format->put(&out, &record, &test_view);
	for (i = 2; i < (size_t)argc; i++)
		if (read_message(argv[i]))
			format->put(&out, &record, &test_view);
	return print();
}
