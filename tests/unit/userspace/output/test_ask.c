// SPDX-License-Identifier: GPL-2.0
/*
 * The logger adds to an alert what the service has looked up, and waits no longer than it may.
 * The service here takes orders as the real one does.
 */
#include "unit.h"

#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "files.h"
#include "lib/deadline.h"
#include "output/ask.h"

static char path[128];
static int listener = -1;
static struct record record;
static uint64_t seq;

void set_up(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct timespec now;

	files_set_up();
	snprintf(path, sizeof(path), "%s/socket", files_directory);
	ask_socket = path;
	ask_enable(true);
	snprintf(address.sun_path, sizeof(address.sun_path), "%.100s", path);
	listener = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(listener, 4), 0);
	clock_gettime(CLOCK_REALTIME, &now);
	record = (struct record){
		.seq = { true, ++seq },
		.instance = { true, 0xabc },
		.time = { true, now.tv_sec * UINT64_C(1000000000) + now.tv_nsec },
		.alert = {
			.present = true,
			.process = { .present = true, .pid = { true, 9 } },
			.server = { .present = true, .pid = { true, 7 } },
			.request = { .present = true, .thread = { true, 8 } },
		},
	};
}

void tear_down(void)
{
	close(listener);
	files_tear_down();
}

/* The service: takes one order, which it keeps, and answers. */
struct service {
	const char *answer;
	size_t len;
	char order[ASK_ORDER_MAX];
	pthread_t thread;
};

static void *serve(void *data)
{
	struct service *service = data;
	int fd = accept(listener, NULL, NULL);
	ssize_t len = read(fd, service->order, sizeof(service->order) - 1);

	service->order[len > 0 ? len : 0] = '\0';
	if (service->answer) {
		assert_int_equal(write(fd, service->answer, service->len), service->len);
	} else {
		while (read(fd, service->order, 1) > 0)
			;
		usleep(600000);
	}
	close(fd);
	return NULL;
}

static void start(struct service *service, const char *answer, size_t len)
{
	*service = (struct service){ .answer = answer, .len = len };
	assert_int_equal(pthread_create(&service->thread, NULL, serve, service), 0);
}

static const char answer[] = "command\0php-fpm: pool www\0source\0fpm-status\0method\0POST\0"
			     "uri\0/x\x1b\xff\0script\0/srv/x.php\0script_uid\00033\0script_mode\000420\0"
			     "script_modified\0001000000001\0unknown\0x\0script_sha256\0abc";

TEST(an_alert_gets_what_the_service_knows)
{
	const struct record *filled;
	struct service service;
	char order[ASK_ORDER_MAX];

	start(&service, answer, sizeof(answer) - 1);
	filled = ask_fill(&record);
	pthread_join(service.thread, NULL);
	snprintf(order, sizeof(order), "7 8 %llu 9\n", (unsigned long long)record.time.value);
	assert_string_equal(service.order, order);
	assert_string_equal(filled->alert.server.command, "php-fpm: pool www");
	assert_string_equal(filled->alert.request.method, "POST");
	assert_string_equal(filled->alert.request.uri, "/x\x1b\xff");
	assert_int_equal(filled->alert.request.file.uid.value, 33);
	assert_int_equal(filled->alert.request.file.mode.value, 0644);
	assert_int_equal(filled->alert.request.file.modified.value, 1000000001);
	/* Its last value has no end. */
	assert_null(filled->alert.request.file.sha256);
	assert_true(filled->alert.request.sources.value & REQUEST_SOURCE_FPM_STATUS);
	assert_null(record.alert.request.uri);
	/* Another output writes the same alert: nobody is asked again. */
	assert_string_equal(ask_fill(&record)->alert.request.uri, "/x\x1b\xff");
}

TEST(the_source_is_the_one_that_the_service_names)
{
	static const char stats[] = "source\0uwsgi-stats\0uri\0/x";
	struct service service;

	start(&service, stats, sizeof(stats));
	assert_int_equal(ask_fill(&record)->alert.request.sources.value,
			 REQUEST_SOURCE_UWSGI_STATS);
	pthread_join(service.thread, NULL);
}

TEST(what_the_module_has_seen_stays)
{
	struct service service;

	record.alert.request.uri = "/seen";
	start(&service, answer, sizeof(answer) - 1);
	assert_string_equal(ask_fill(&record)->alert.request.uri, "/seen");
	pthread_join(service.thread, NULL);
}

TEST(no_alert_waits_long_for_a_service_that_hangs)
{
	struct service service;
	int64_t begin = now_ms();

	start(&service, NULL, 0);
	assert_null(ask_fill(&record)->alert.server.command);
	assert_in_range(now_ms() - begin, 0, 400);
	begin = now_ms();
	record.seq.value = ++seq;
	assert_null(ask_fill(&record)->alert.server.command);
	assert_in_range(now_ms() - begin, 0, 150);
	pthread_join(service.thread, NULL);
}

TEST(a_server_that_hangs_is_not_asked_again_soon_and_others_are)
{
	struct service service;
	int64_t begin;

	record.alert.server.pid.value = 70;
	start(&service, NULL, 0);
	assert_null(ask_fill(&record)->alert.server.command);
	pthread_join(service.thread, NULL);
	start(&service, answer, sizeof(answer) - 1);
	record.seq.value = ++seq;
	begin = now_ms();
	assert_ptr_equal(ask_fill(&record), &record);
	assert_in_range(now_ms() - begin, 0, 100);
	record.seq.value = ++seq;
	record.alert.server.pid.value = 71;
	assert_string_equal(ask_fill(&record)->alert.request.method, "POST");
	pthread_join(service.thread, NULL);
}

TEST(an_old_alert_and_one_without_a_server_are_not_asked_about)
{
	record.time.value -= UINT64_C(60) * 1000000000;
	assert_ptr_equal(ask_fill(&record), &record);
	record.time.value += UINT64_C(60) * 1000000000;
	record.alert.server.pid.known = false;
	assert_ptr_equal(ask_fill(&record), &record);
	ask_enable(false);
	record.alert.server.pid.known = true;
	assert_ptr_equal(ask_fill(&record), &record);
}
