// SPDX-License-Identifier: GPL-2.0
/* Below a critical alert stands what is left of it, and what an administrator can do. */
#include "unit.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "command/next.h"

#define HALF_ID "0123456789abcdef0123456789abcdef"

static struct buffer text;
static struct record record;
static pid_t child;
static unsigned int port;

/* A process with a child of its own, and a socket that listens. */
static void run_child(int ready)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(address);
	int listener = socket(AF_INET, SOCK_STREAM, 0);

	bind(listener, (struct sockaddr *)&address, sizeof(address));
	listen(listener, 1);
	getsockname(listener, (struct sockaddr *)&address, &len);
	port = ntohs(address.sin_port);
	if (!fork())
		for (;;)
			pause();
	if (write(ready, &port, sizeof(port)) == sizeof(port))
		for (;;)
			pause();
}

void set_up(void)
{
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	child = fork();
	if (!child) {
		setpgid(0, 0);
		run_child(ends[1]);
	}
	assert_int_equal(read(ends[0], &port, sizeof(port)), sizeof(port));
	close(ends[0]);
	close(ends[1]);
	record = (struct record){
		.seq = { true, 7 },
		.time = { true, time(NULL) * UINT64_C(1000000000) },
		.alert = {
			.present = true,
			.rules = { {
				.name = "r",
				.severity = { true, SHELLTRAP_SEVERITY_CRITICAL },
			} },
			.rule_count = 1,
			.cgroup_path = "/system.slice/php8.2-fpm.service",
			.process = {
				.present = true,
				.pid = { true, child },
				.uid = { true, 33 },
				.argv = { "sh\0-c\0it's \033[2J", 15 },
			},
			.file = { .present = true, .path = "/usr/bin/dash" },
		},
	};
}

static void end_child(void)
{
	if (!child)
		return;
	kill(-child, SIGKILL);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	child = 0;
}

void tear_down(void)
{
	end_child();
	buffer_free(&text);
}

static const char *said(void)
{
	static const struct view view = { .charset = TEXT_ASCII };

	buffer_reset(&text);
	next_put(&text, &record, &view);
	return text.data;
}

static void __printf(1, 2) says(const char *format, ...)
{
	char line[200];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	if (!strstr(said(), line))
		assert_string_equal(said(), line);
}

TEST(a_process_that_is_alive_has_its_children_and_sockets)
{
	says("  next      process %u (test_next) is alive: ", child);
	says("is alive: kill -STOP %u freezes it\n", child);
	says("its children: test_next(");
	says("its sockets:  127.0.0.1:%u listens\n", port);
}

TEST(a_process_that_has_ended_has_ended)
{
	pid_t pid = child;

	end_child();
	says("  next      process %u has ended\n", pid);
}

TEST(another_process_with_the_same_number_is_not_taken_for_it)
{
	record.time.value -= UINT64_C(3600) * 1000000000;
	says("  next      process %u has ended\n", child);
}

TEST(the_unit_or_the_container_can_be_stopped)
{
	says("stop it: systemctl stop php8.2-fpm.service\n");
	record.alert.cgroup_path = "/docker-" HALF_ID HALF_ID ".scope";
	says("stop it: docker stop 0123456789ab\n");
}

TEST(the_exception_is_a_file_and_the_exact_command_line)
{
	says("shelltrap policy explain --seq %u\n", 7);
	says("[set file_of_%u]\n", 7);
	says("paths = /usr/bin/dash\n");
	says("argv = sh -c \"it's \\x1b[2J\"\n");
	says("uid = %u\n", 33);
	says("action = allow\n");
	record.alert.process.argv_truncated = true;
	assert_null(strstr(said(), "action = allow"));
}

TEST(only_a_critical_alert_has_it)
{
	assert_true(next_is_wanted(&record));
	record.alert.rules[0].severity.value = SHELLTRAP_SEVERITY_HIGH;
	assert_false(next_is_wanted(&record));
	record.alert.present = false;
	assert_false(next_is_wanted(&record));
}
