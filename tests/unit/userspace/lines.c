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

/* What the logger looks up. A container's name and a command line may have any bytes. */
static const struct container_names *find_container(const char *cgroup_path)
{
	static const struct container_names names = {
		.name = "shop", .image = "reg/shop:1.2", .pod = "shop-7f9", .namespace = "prod",
	};

	(void)cgroup_path;
	return &names;
}

static void look_up(struct alert *alert)
{
	if (alert->server.present)
		alert->server.command = "'nginx: \033\377 \"x\" a=b|c'";
	if (!alert->request.present)
		return;
	alert->request.file = (struct request_file){
		.present = true,
		.uid = { true, 33 },
		.gid = { true, 33 },
		.mode = { true, 0100644 },
		.modified = { true, UINT64_C(1700000000000000001) },
		.sha256 = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
		.not_read = "open: \033",
	};
}

static void put_record(const struct format *format)
{
	struct view view = test_view;

	view.find_container = find_container;
	look_up(&record.alert);
	format->put(&out, &record, &view);
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
		put_record(format);
	for (i = 2; i < (size_t)argc; i++)
		if (read_message(argv[i]))
			put_record(format);
	return print();
}
