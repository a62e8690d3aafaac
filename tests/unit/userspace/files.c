// SPDX-License-Identifier: GPL-2.0-or-later
#include "files.h"

#include "unit.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

char files_directory[64];

void files_set_up(void)
{
	strcpy(files_directory, "/tmp/shelltrap-unit-XXXXXX");
	assert_non_null(mkdtemp(files_directory));
	assert_int_equal(chdir(files_directory), 0);
}

void files_tear_down(void)
{
	DIR *dir = opendir(files_directory);
	struct dirent *entry;

	assert_non_null(dir);
	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			unlinkat(dirfd(dir), entry->d_name, 0);
	closedir(dir);
	assert_int_equal(chdir("/"), 0);
	assert_int_equal(rmdir(files_directory), 0);
}

void files_write(const char *name, const void *bytes, size_t len)
{
	FILE *file = fopen(name, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

void files_write_text(const char *name, const char *text)
{
	files_write(name, text, strlen(text));
}

void files_append_text(const char *name, const char *text)
{
	FILE *file = fopen(name, "a");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}
