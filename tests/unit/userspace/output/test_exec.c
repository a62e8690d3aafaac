// SPDX-License-Identifier: GPL-2.0
/*
 * "shelltrap notify", which runs as a process of its own here, too, runs the program for a
 * record. A record counts as written when the program has ended with 0.
 */
#include "unit.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "command/options.h"
#include "files.h"
#include "lib/deadline.h"
#include "output/exec.h"
#include "output/output.h"

static struct output output;
static struct cursor cursor;
static char name[128], socket_path[128], said[128];
static pid_t service;

/* What the program has said; valid until the next call. */
static const char *heard(void)
{
	static char text[1 << 20];
	FILE *file = fopen(said, "r");
	size_t len = file ? fread(text, 1, sizeof(text) - 1, file) : 0;

	if (file)
		fclose(file);
	text[len] = '\0';
	return text;
}

static void write_program(const char *text)
{
	files_write_text("program", text);
	assert_int_equal(chmod(name + strlen("exec:"), 0755), 0);
}

void set_up(void)
{
	char *argv[4] = { "notify", "--socket", socket_path };
	int tries;

	files_set_up();
	snprintf(name, sizeof(name), "exec:%s/program", files_directory);
	snprintf(socket_path, sizeof(socket_path), "%s/socket", files_directory);
	snprintf(said, sizeof(said), "%s/said", files_directory);
	write_program("#!/bin/sh\nexec >>${0%/*}/said\n"
		      "echo \"$# $SHELLTRAP_INSTANCE $SHELLTRAP_SEQ $SHELLTRAP_HELD_BACK\"\ncat\n");
	exec_socket = socket_path;
	service = fork();
	if (!service) {
		/* As main() does. */
		signal(SIGPIPE, SIG_IGN);
		_exit(notify_main(3, argv));
	}
	for (tries = 0; tries < 500 && access(socket_path, F_OK); tries++)
		usleep(10000);
	output_init(&output, name, &format_json, OUTPUT_SYNC_INTERVAL, -1);
	cursor = (struct cursor){0};
	assert_int_equal(output.kind->open(&output, &cursor), 0);
}

void tear_down(void)
{
	output.kind->close(&output);
	if (service) {
		kill(service, SIGTERM);
		waitpid(service, NULL, 0);
	}
	files_tear_down();
}

static int write_record(uint64_t seq, uint64_t severity, const char *text)
{
	struct buffer line = {0};
	struct record record = {
		.seq = { true, seq },
		.instance = { true, 0xabc },
		.alert = {
			.present = true,
			.rules = { { .name = "r", .severity = { true, severity } } },
			.rule_count = 1,
		},
	};
	const struct item item = { .record = &record, .line = &line };
	int ret;

	buffer_puts(&line, text);
	ret = output.kind->write(&output, &item);
	buffer_free(&line);
	if (!ret)
		cursor.place = record_place(&record);
	return ret;
}

static uint64_t kept(void)
{
	struct cursor durable = cursor;

	assert_int_equal(output.kind->flush(&output, &durable), 0);
	return durable.place.seq;
}

TEST(the_program_gets_the_line_on_its_standard_input)
{
	char text[200000];

	assert_int_equal(write_record(7, 1, "{\"x\":1}\n"), 0);
	assert_int_equal(kept(), 7);
	assert_string_equal(heard(), "0 0000000000000abc 7 0\n{\"x\":1}\n");
	/* More than a pipe or a socket holds at once. */
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 2] = '\n';
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(write_record(8, 1, text), 0);
	assert_non_null(strstr(heard(), text));
}

TEST(a_program_that_does_not_read_its_line_is_no_failure)
{
	write_program("#!/bin/sh\nexit 0\n");
	assert_int_equal(write_record(7, 1, "{}\n"), 0);
}

TEST(a_record_whose_program_fails_is_tried_again)
{
	write_program("#!/bin/sh\nexit 3\n");
	assert_int_equal(write_record(7, 1, "{}\n"), -EIO);
	assert_string_equal(output_reason(&output, -EIO), "the program ended with 3");
	assert_int_equal(kept(), 0);
	write_program("#!/bin/sh\nkill -9 $$\n");
	assert_int_equal(write_record(7, 1, "{}\n"), -EIO);
	assert_string_equal(output_reason(&output, -EIO), "a signal (9) ended the program");
	unlink(name + strlen("exec:"));
	assert_int_equal(write_record(7, 1, "{}\n"), -EIO);
	assert_string_equal(output_reason(&output, -EIO), "the program ended with 127");
	write_program("#!/bin/sh\nexit 0\n");
	assert_int_equal(write_record(7, 1, "{}\n"), 0);
	assert_int_equal(kept(), 7);
}

/* Like one that was killed while the program ran. */
static void serve_without_an_answer(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int listener = socket(AF_UNIX, SOCK_STREAM, 0), fd;
	char byte;

	assert_true(strlen(socket_path) < sizeof(address.sun_path));
	memcpy(address.sun_path, socket_path, strlen(socket_path) + 1);
	unlink(socket_path);
	assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(listener, 1), 0);
	service = fork();
	if (service) {
		close(listener);
		return;
	}
	fd = accept(listener, NULL, NULL);
	while (read(fd, &byte, 1) == 1)
		;
	_exit(0);
}

TEST(a_service_that_does_not_answer_is_a_failure)
{
	kill(service, SIGTERM);
	waitpid(service, NULL, 0);
	serve_without_an_answer();
	assert_int_equal(write_record(7, 1, "{}\n"), -EIO);
	assert_string_equal(output_reason(&output, -EIO),
			    "shelltrap-notify.service ended without an answer");
	assert_int_equal(kept(), 0);
}

TEST(without_the_service_the_reason_is_named)
{
	kill(service, SIGTERM);
	waitpid(service, NULL, 0);
	service = 0;
	assert_true(write_record(7, 1, "{}\n") < 0);
	assert_string_equal(output_reason(&output, -ENOENT),
			    "shelltrap-notify.socket does not listen");
}

TEST(what_comes_too_fast_is_held_back_and_counted)
{
	int64_t until;
	uint64_t seq;

	for (seq = 1; seq <= 10; seq++)
		assert_int_equal(write_record(seq, 1, "{}\n"), 0);
	assert_int_equal(kept(), 10);
	assert_int_equal(write_record(11, 2, "low\n"), 0);
	assert_int_equal(write_record(12, 4, "critical\n"), 0);
	assert_int_equal(write_record(13, 3, "high\n"), 0);
	/* After a crash, the records that are held back come again. */
	assert_int_equal(kept(), 10);
	assert_null(strstr(heard(), "critical"));
	for (until = now_ms() + 20000; now_ms() < until && kept() != 13; )
		usleep(100000);
	assert_int_equal(kept(), 13);
	assert_non_null(strstr(heard(), "0 0000000000000abc 12 2\ncritical\n"));
	assert_null(strstr(heard(), "high"));
}

TEST(the_path_must_be_absolute)
{
	assert_null(output_name_fault("exec:/x"));
	assert_non_null(strstr(output_name_fault("exec:x"), "absolute path"));
	assert_non_null(strstr(output_name_fault("exec"), "absolute path"));
	assert_non_null(strstr(output_needs("exec:/x"), "shelltrap-notify.socket"));
}
