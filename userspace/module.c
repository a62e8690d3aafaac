// SPDX-License-Identifier: GPL-2.0
#include "module.h"

#include <libkmod.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "program.h"

static bool is_loaded(struct kmod_ctx *kmod)
{
	struct kmod_module *module;
	int state;

	if (kmod_module_new_from_name(kmod, MODULE_NAME, &module) < 0)
		return false;
	state = kmod_module_get_initstate(module);
	kmod_module_unref(module);
	return state == KMOD_MODULE_LIVE || state == KMOD_MODULE_COMING;
}

static char *installed_path(struct kmod_ctx *kmod)
{
	struct kmod_list *list = NULL;
	struct kmod_module *module;
	const char *path;
	char *copy = NULL;

	if (kmod_module_new_from_lookup(kmod, MODULE_NAME, &list) < 0 || !list)
		return NULL;
	module = kmod_module_get_module(list);
	path = kmod_module_get_path(module);
	if (path)
		copy = strdup(path);
	kmod_module_unref(module);
	kmod_module_unref_list(list);
	return copy;
}

static void keep_quiet(void *data, int priority, const char *file, int line,
		       const char *function, const char *format, va_list args)
{
	(void)data;
	(void)priority;
	(void)file;
	(void)line;
	(void)function;
	(void)format;
	(void)args;
}

struct module module_find(void)
{
	struct kmod_ctx *kmod = kmod_new(NULL, NULL);
	struct module module = {0};

	if (!kmod)
		return module;
	kmod_set_log_fn(kmod, keep_quiet, NULL);
	module.loaded = is_loaded(kmod);
	module.installed = installed_path(kmod);
	kmod_unref(kmod);
	return module;
}

bool module_is_loaded(void)
{
	struct module module = module_find();
	bool loaded = module.loaded;

	module_free(&module);
	return loaded;
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

const char *module_hint(const struct module *module)
{
	static char hint[256];
	struct utsname kernel;

	if (module->installed)
		return "load it with: modprobe " MODULE_NAME;
	uname(&kernel);
	snprintf(hint, sizeof(hint),
		 "it is not installed for this kernel (%s) yet; build it, then: insmod %s.ko",
		 kernel.release, MODULE_NAME);
	return hint;
}

int module_not_reached(void)
{
	struct module module = module_find();
	int ret;

	if (module.loaded) {
		complain("not permitted: only the initial network namespace reaches the module");
		ret = NOT_PERMITTED;
	} else {
		complain("the module is not loaded; %s", module_hint(&module));
		ret = NOT_LOADED;
	}
	module_free(&module);
	return ret;
}
