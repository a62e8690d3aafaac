// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/kernels.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#define DIRECTORY "/lib/modules"
#define FILE_NAME "shelltrap.ko"	/* a compressed one has a suffix */

/* Does this line of modules.dep describe the module? */
static bool kernels_is_module(const char *line)
{
	size_t len = strcspn(line, ":");
	const char *name = memrchr(line, '/', len);

	name = name ? name + 1 : line;
	return !strncmp(name, FILE_NAME, strlen(FILE_NAME));
}

/* depmod writes into this file where modprobe finds each module. */
static bool kernels_has_module(const char *release)
{
	char path[320], *line = NULL;
	bool found = false;
	size_t size = 0;
	FILE *file;

	snprintf(path, sizeof(path), DIRECTORY "/%s/modules.dep", release);
	file = fopen(path, "re");
	if (!file)
		return false;
	while (!found && getline(&line, &size, file) > 0)
		found = kernels_is_module(line);
	free(line);
	fclose(file);
	return found;
}

/* DKMS and depmod leave files behind where a kernel was; this one is the kernel's own. */
static bool kernels_is_kernel(const char *release)
{
	char path[320];

	snprintf(path, sizeof(path), DIRECTORY "/%s/modules.builtin", release);
	return !access(path, F_OK);
}

static void kernels_add(struct kernels *kernels, const char *release)
{
	struct kernel *kernel = &kernels->list[kernels->count];

	if (kernels->count == KERNELS_MAX || strlen(release) >= sizeof(kernel->release))
		return;
	strcpy(kernel->release, release);
	kernel->has_module = kernels_has_module(release);
	kernel->runs = !strcmp(release, kernels->running);
	if (kernel->runs)
		kernels->running_has_module = kernel->has_module;
	kernels->count++;
}

void kernels_find(struct kernels *kernels)
{
	struct utsname running;
	struct dirent **entries;
	int count, i;

	memset(kernels, 0, sizeof(*kernels));
	uname(&running);
	snprintf(kernels->running, sizeof(kernels->running), "%.64s", running.release);
	count = scandir(DIRECTORY, &entries, NULL, versionsort);
	for (i = 0; i < count; i++) {
		const char *name = entries[i]->d_name;

		if (*name != '.' && (kernels_is_kernel(name) || !strcmp(name, kernels->running)))
			kernels_add(kernels, name);
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
}
