// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/module.h"

#include <fcntl.h>
#include <glob.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernel/kernels.h"
#include "lib/exit.h"
#include "lib/message.h"

/* In the directory of modprobe, which the kernel runs to load modules. */
#define MODINFO "/sbin/modinfo"

static char *module_first_line(int fd)
{
	FILE *file = fdopen(fd, "r");
	char *line = NULL;
	size_t size = 0;

	if (!file) {
		close(fd);
		return NULL;
	}
	if (getline(&line, &size, file) > 0 && *line == '/') {
		line[strcspn(line, "\n")] = '\0';
	} else {
		free(line);
		line = NULL;
	}
	fclose(file);
	return line;
}

static int module_spawn_modinfo(int out, pid_t *child)
{
	char *const arguments[] = { MODINFO, "-F", "filename", MODULE_NAME, NULL };
	posix_spawn_file_actions_t actions;
	int ret = posix_spawn_file_actions_init(&actions);

	if (ret)
		return ret;
	ret = posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	if (!ret)
		ret = posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null",
						       O_WRONLY, 0);
	if (!ret)
		ret = posix_spawn(child, MODINFO, &actions, NULL, arguments, environ);
	posix_spawn_file_actions_destroy(&actions);
	return ret;
}

/* Returns a descriptor from which to read the output of modinfo, or -1. */
static int module_start_modinfo(pid_t *child)
{
	int fds[2];
	int error;

	if (pipe2(fds, O_CLOEXEC))
		return -1;
	error = module_spawn_modinfo(fds[1], child);
	close(fds[1]);
	if (!error)
		return fds[0];
	close(fds[0]);
	return -1;
}

/*
 * This runs modinfo instead of using libkmod: the library would load megabytes of
 * cryptography into the logger, which runs for months and never needs the path.
 */
static char *module_installed_path(void)
{
	pid_t child;
	int answer = module_start_modinfo(&child);
	char *path;

	if (answer < 0)
		return NULL;
	path = module_first_line(answer);
	waitpid(child, NULL, 0);
	return path;
}

enum module_stage module_stage(void)
{
	char state[16];

	read_line("/sys/module/" MODULE_NAME "/initstate", state, sizeof(state));
	if (!strcmp(state, "live"))
		return MODULE_LIVE;
	return strcmp(state, "coming") ? MODULE_ABSENT : MODULE_STARTING;
}

struct module module_find(void)
{
	return (struct module){
		.loaded = module_stage() != MODULE_ABSENT,
		.installed = module_installed_path(),
	};
}

void module_free(struct module *module)
{
	free(module->installed);
	module->installed = NULL;
}

void read_line(const char *path, char *text, int size)
{
	FILE *file = fopen(path, "re");

	text[0] = '\0';
	if (!file)
		return;
	if (!fgets(text, size, file))
		text[0] = '\0';
	text[strcspn(text, "\n")] = '\0';
	fclose(file);
}

/* The source from which DKMS builds the module is there. */
static bool module_has_source(void)
{
	glob_t found;
	bool has = !glob("/usr/src/" MODULE_NAME "-*/dkms.conf", GLOB_NOSORT, NULL, &found);

	if (has)
		globfree(&found);
	return has;
}

/* What DKMS needs to build the module for the running kernel, or how to find out what else. */
static void module_put_way(char *text, size_t size, const char *release)
{
	char headers[128];

	snprintf(headers, sizeof(headers), "/lib/modules/%s/build/", release);
	if (!module_has_source())
		snprintf(text, size, "build it, then: insmod " MODULE_NAME ".ko");
	else if (access(headers, F_OK))
		snprintf(text, size, "install %s-%s, then: dkms autoinstall && modprobe "
			 MODULE_NAME, access("/etc/debian_version", F_OK) ? "kernel-devel" :
			 "linux-headers", release);
	else
		snprintf(text, size, "'dkms install " MODULE_NAME "/%s' says why",
			 SHELLTRAP_VERSION);
}

/* Appends the other kernels, to boot one of them until this one has the module, too. */
static void module_put_others(char *text, size_t size)
{
	struct kernels kernels;
	size_t i, len = 0;

	kernels_find(&kernels);
	*text = '\0';
	for (i = 0; i < kernels.count && len < size; i++)
		if (kernels.list[i].has_module)
			len += snprintf(text + len, size - len, "%s%s", len ? ", " : ", only for ",
					kernels.list[i].release);
}

const char *module_hint(const struct module *module)
{
	static char hint[1024];
	struct utsname kernel;
	char way[256], others[512];

	if (module->installed)
		return "load it with: modprobe " MODULE_NAME;
	uname(&kernel);
	module_put_way(way, sizeof(way), kernel.release);
	module_put_others(others, sizeof(others));
	snprintf(hint, sizeof(hint), "it is not installed for this kernel (%s)%s; %s",
		 kernel.release, others, way);
	return hint;
}

int module_not_reached(void)
{
	struct module module = module_find();
	int ret;

	if (module_stage() == MODULE_STARTING) {
		complain("the module is still being loaded; try again in a moment");
		ret = NOT_LOADED;
	} else if (module.loaded) {
		complain("not permitted: only the initial network namespace reaches the module");
		ret = NOT_PERMITTED;
	} else {
		complain("the module is not loaded; %s", module_hint(&module));
		ret = NOT_LOADED;
	}
	module_free(&module);
	return ret;
}
