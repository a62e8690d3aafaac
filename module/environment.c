// SPDX-License-Identifier: GPL-2.0-or-later
#ifdef __KERNEL__
#include <linux/kernel.h>
#include <linux/string.h>
#else
#include <string.h>
#endif

#include "environment.h"

static bool starts_with(const char *text, const char *prefix)
{
	return !strncmp(text, prefix, strlen(prefix));
}

/* Directories where only an administrator can install programs. */
static bool is_system_dir(const char *dir, size_t len)
{
	static const char * const dirs[] = {
		"/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin",
		NULL
	};
	unsigned int i;

	for (i = 0; dirs[i]; i++)
		if (strlen(dirs[i]) == len && !memcmp(dirs[i], dir, len))
			return true;
	return false;
}

static bool is_system_path(const char *path)
{
	size_t len;

	for (;; path += len + 1) {
		len = strcspn(path, ":");
		if (!is_system_dir(path, len))
			return false;
		if (!path[len])
			return true;
	}
}

/* @whole: @variable has not been cut. A cut PATH may hide a directory, so it is unclean. */
static bool is_unclean(const char *variable, bool whole)
{
	static const char * const unclean[] = {
		"LD_", "GCONV_PATH=", "GLIBC_TUNABLES=", "OPENSSL_CONF=", "OPENSSL_MODULES=",
		"ENV=", "BASH_ENV=", "BASH_FUNC_", "SHELLOPTS=", "BASHOPTS=", "PS4=", "ZDOTDIR=",
		"PERL5", "PERLLIB=", "PYTHON", "RUBY", "NODE_", "LUA_INIT", "PHPRC=",
		"PHP_INI_SCAN_DIR=", "JAVA_TOOL_OPTIONS=", "JDK_JAVA_OPTIONS=", "_JAVA_OPTIONS=",
		NULL
	};
	unsigned int i;

	for (i = 0; unclean[i]; i++)
		if (starts_with(variable, unclean[i]))
			return true;
	return starts_with(variable, "PATH=") &&
	       !(whole && is_system_path(variable + strlen("PATH=")));
}

void shelltrap_environment_feed(struct shelltrap_environment *environment, const char *bytes,
				size_t len)
{
	const __u32 max = sizeof(environment->variable) - 1;
	size_t i;

	for (i = 0; i < len; i++) {
		if (bytes[i]) {
			if (environment->len < max)
				environment->variable[environment->len] = bytes[i];
			environment->len++;
			continue;
		}
		environment->variable[environment->len < max ? environment->len : max] = '\0';
		if (is_unclean(environment->variable, environment->len <= max))
			environment->unclean = true;
		environment->len = 0;
	}
}
