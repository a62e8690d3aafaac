// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Standard output. A record that was written cannot be read back, so after a crash the
 * records of the last second may come twice.
 */
#include <unistd.h>

#include "lib/console.h"
#include "output/output.h"

static int stdout_open(struct output *output, struct cursor *cursor)
{
	(void)cursor;
	output->fd = STDOUT_FILENO;
	return 0;
}

static int stdout_write(struct output *output, const struct item *item)
{
	return console_write(output->fd, item->line);
}

static void stdout_close(struct output *output)
{
	output->fd = -1;
}

const struct output_kind output_stdout = {
	.name = "stdout",
	.allows_text = true,
	.open = stdout_open,
	.write = stdout_write,
	.close = stdout_close,
};
