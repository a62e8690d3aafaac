// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * "shelltrap evidence --service": keeps evidence of the alerts that the logger names (see
 * output/evidence.h), one at a time, in the directory of the configuration. It never removes
 * any; when there is too much, or when it comes too fast, it keeps no more and says so.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "command/evidence.h"
#include "command/listener.h"
#include "lib/buffer.h"
#include "lib/console.h"
#include "lib/exit.h"
#include "lib/message.h"
#include "output/config.h"
#include "output/evidence.h"

#define MIB (1024 * 1024)
#define HOUR 3600
/* What is held may be let go soon. */
#define SERVICE_SECONDS 20

/* What the directory has. */
struct stock {
	uint64_t bytes;
	uint64_t recent;	/* files of the last hour */
};

static const char *config_path = CONFIG_FILE;

static void stock_add(struct stock *stock, DIR *directory, const char *name)
{
	struct stat st;

	if (fstatat(dirfd(directory), name, &st, AT_SYMLINK_NOFOLLOW) || !S_ISREG(st.st_mode))
		return;
	stock->bytes += st.st_size;
	stock->recent += st.st_mtime > time(NULL) - HOUR;
}

static int stock_count(struct stock *stock, const char *path)
{
	DIR *directory = opendir(path);
	struct dirent *entry;

	*stock = (struct stock){0};
	if (!directory)
		return -errno;
	while ((entry = readdir(directory)))
		stock_add(stock, directory, entry->d_name);
	closedir(directory);
	return 0;
}

/* Says why no more may be kept. Returns how many MiB may be, or 0. */
static uint64_t service_room(const struct config *config, uint64_t seq)
{
	struct stock stock;
	int error = stock_count(&stock, config->evidence);

	if (error)
		complain("%s: %s", config->evidence, strerror(-error));
	else if (stock.recent >= config->evidence_rate)
		complain("no evidence of alert %" PRIu64 ": %" PRIu64 " files in an hour "
			 "(evidence_rate)", seq, stock.recent);
	else if (stock.bytes + MIB > config->evidence_limit)
		complain("no evidence of alert %" PRIu64 ": %s is full (evidence_limit); move "
			 "files away", seq, config->evidence);
	else
		return (config->evidence_limit - stock.bytes) / MIB;
	return 0;
}

/* Splits the list, whose spaces become ends of its paths. */
static void service_take_roots(struct evidence_settings *settings, char *list)
{
	char *rest = list, *root;

	while (list && (root = strsep(&rest, " ")) && settings->nr_roots < EVIDENCE_ROOTS_MAX)
		settings->roots[settings->nr_roots++] = root;
}

static void service_keep(struct config *config, uint64_t instance, uint64_t seq)
{
	struct evidence_settings settings = EVIDENCE_SETTINGS;
	uint64_t room = service_room(config, seq);
	struct buffer path = {0};

	if (!room)
		return;
	buffer_printf(&path, "%s/%016" PRIx64 "-%" PRIu64 ".tar", config->evidence, instance, seq);
	settings.seq = seq;
	settings.instance = instance;
	settings.output = path.data;
	settings.seconds = SERVICE_SECONDS;
	if (room < settings.total_mib)
		settings.total_mib = room;
	service_take_roots(&settings, config->evidence_roots);
	evidence_keep(&settings);
	fflush(stdout);
	buffer_free(&path);
}

/* The configuration is read each time, as it may have changed. */
static void service_obey(uint64_t instance, uint64_t seq)
{
	struct buffer faults = {0};
	struct config config;

	config_init(&config);
	if (config_read(&config, config_path, &faults))
		complain("%s: %s", config_path, faults.len ? "has faults" : "cannot be read");
	else if (!config.evidence)
		complain("%s has no key 'evidence'", config_path);
	else
		service_keep(&config, instance, seq);
	config_free(&config);
	buffer_free(&faults);
}

static void service_serve(int fd)
{
	struct buffer order = {0};
	uint64_t instance, seq;

	if (!listener_accepts(fd))
		complain("a user other than root asked for evidence");
	else if (!listener_read(fd, &order, EVIDENCE_ORDER_MAX) ||
		 sscanf(order.data, "%16" SCNx64 " %" SCNu64 "\n", &instance, &seq) != 2)
		complain("the order is not whole");
	else
		service_obey(instance, seq);
	buffer_free(&order);
}

int evidence_serve(const struct evidence_settings *settings)
{
	int listener = listener_open(settings->socket);

	if (settings->config)
		config_path = settings->config;
	if (listener < 0) {
		complain("%s", settings->socket ? strerror(-listener) :
			 "systemd passed no socket: start shelltrap-evidence.socket, or give "
			 "--socket");
		return settings->socket ? FAILED : WRONG_USAGE;
	}
	stop_on_signals();
	return listener_loop(listener, service_serve);
}
