// SPDX-License-Identifier: GPL-2.0-or-later
#include "files.h"

#include "unit.h"

#include <dirent.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/exit.h"

char files_directory[64];
static char *said;

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
	free(said);
	said = NULL;
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

static void read_all(FILE *file)
{
	size_t size = 0;
	FILE *memory;
	int c;

	free(said);
	memory = open_memstream(&said, &size);
	rewind(file);
	while ((c = getc(file)) != EOF)
		putc(c, memory);
	fclose(memory);
}

const char *files_said(int fd, int (*command)(int argc, char **argv), char **argv, int *code)
{
	FILE *file = tmpfile();
	int saved, argc = 0;

	while (argv[argc])
		argc++;
	fflush(NULL);
	saved = dup(fd);
	dup2(fileno(file), fd);
	optind = 0;	/* getopt_long() starts over */
	*code = command(argc, argv);
	fflush(NULL);
	dup2(saved, fd);
	close(saved);
	read_all(file);
	fclose(file);
	return said;
}

void files_expect_wrong_usage(int (*command)(int argc, char **argv), char *argvs[][4],
			      size_t nr_argvs)
{
	char hint[64];
	size_t i;
	int code;

	for (i = 0; i < nr_argvs; i++) {
		snprintf(hint, sizeof(hint), "; see 'shelltrap %s", argvs[i][0]);
		assert_non_null(strstr(files_said(STDERR_FILENO, command, argvs[i], &code), hint));
		assert_int_equal(code, WRONG_USAGE);
	}
}
