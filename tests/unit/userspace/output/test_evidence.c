// SPDX-License-Identifier: GPL-2.0
/*
 * Of an exec that is held, and of no other, the logger has evidence kept by "shelltrap
 * evidence --service". The service here takes orders as the real one does, and reads them.
 */
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "files.h"
#include "output/evidence.h"
#include "output/output.h"

static struct output output;
static char path[128];
static int listener;

static void start_listening(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	snprintf(address.sun_path, sizeof(address.sun_path), "%.100s", path);
	listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
	assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(listener, 4), 0);
}

void set_up(void)
{
	files_set_up();
	snprintf(path, sizeof(path), "%s/socket", files_directory);
	evidence_socket = path;
	output_init(&output, "evidence:/x", &format_json, OUTPUT_SYNC_INTERVAL, -1);
	listener = -1;
}

void tear_down(void)
{
	output.kind->close(&output);
	if (listener >= 0)
		close(listener);
	files_tear_down();
}

/* Returns the value with that name, or 0. */
static uint64_t verdict(const char *name)
{
	uint64_t value;

	for (value = 1; value < 32; value++)
		if (verdict_name(value) && !strcmp(verdict_name(value), name))
			return value;
	return 0;
}

static int write_record(uint64_t seq, const char *name)
{
	struct record record = {
		.seq = { true, seq },
		.instance = { true, 0xabc },
		.alert = {
			.present = true,
			.verdict = { true, verdict(name) },
		},
	};
	const struct item item = { .record = &record };

	return output.kind->write(&output, &item);
}

/* The next order; NULL: there is none. */
static const char *ordered(void)
{
	static char text[EVIDENCE_ORDER_MAX];
	int fd = accept(listener, NULL, NULL);
	ssize_t len;

	if (fd < 0)
		return NULL;
	len = read(fd, text, sizeof(text) - 1);
	text[len > 0 ? len : 0] = '\0';
	close(fd);
	return text;
}

TEST(what_is_not_held_is_no_order)
{
	start_listening();
	assert_int_equal(write_record(1, "observed"), 0);
	assert_int_equal(write_record(2, "denied"), 0);
	assert_null(ordered());
}

TEST(what_is_held_is_an_order)
{
	if (!verdict("held"))
		return;
	start_listening();
	assert_int_equal(write_record(7, "held"), 0);
	assert_string_equal(ordered(), "0000000000000abc 7\n");
	assert_null(ordered());
}

TEST(without_the_service_the_order_is_tried_again_and_the_reason_said)
{
	int ret;

	if (!verdict("held"))
		return;
	ret = write_record(7, "held");
	assert_int_equal(ret, -ENOENT);
	assert_string_equal(output_reason(&output, ret),
			    "shelltrap-evidence.socket does not listen");
}

TEST(the_unit_that_is_needed_is_named)
{
	assert_non_null(strstr(output_needs("evidence:/x"), "shelltrap-evidence.socket"));
}
