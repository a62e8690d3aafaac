// SPDX-License-Identifier: GPL-2.0
/* The journal is waited for by a clock that nobody sets. */
#include "unit.h"

#include <systemd/sd-journal.h>
#include <time.h>
#include <unistd.h>

#include "lib/deadline.h"
#include "output/output.h"

/* The longest time to wait for the journal, with a wide margin. */
#define LONG_S 30

/* These take the place of the C library's and of libsystemd's: a journal that shows no entry. */

int access(const char *path, int mode)
{
	(void)path;
	(void)mode;
	return 0;
}

/* The system's clock is set back all the time. */
time_t time(time_t *unused)
{
	(void)unused;
	return 1000000000;
}

int sd_journal_open(sd_journal **journal, int flags)
{
	(void)flags;
	*journal = NULL;
	return 0;
}

void sd_journal_close(sd_journal *journal)
{
	(void)journal;
}

int sd_journal_sendv_with_location(const char *file, const char *line, const char *function,
				   const struct iovec *fields, int count)
{
	(void)file;
	(void)line;
	(void)function;
	(void)fields;
	(void)count;
	return 0;
}

void sd_journal_flush_matches(sd_journal *journal)
{
	(void)journal;
}

int sd_journal_add_match(sd_journal *journal, const void *data, size_t size)
{
	(void)journal;
	(void)data;
	(void)size;
	return 0;
}

int sd_journal_seek_tail(sd_journal *journal)
{
	(void)journal;
	return 0;
}

int sd_journal_previous(sd_journal *journal)
{
	(void)journal;
	return 0;
}

int sd_journal_wait(sd_journal *journal, uint64_t us)
{
	(void)journal;
	usleep(us);
	return SD_JOURNAL_NOP;
}

TEST(a_clock_that_is_set_back_does_not_make_the_wait_longer)
{
	struct cursor cursor = { .place = { 7, 9 } };
	int64_t begin = now_ms();
	struct output output;

	output_init(&output, "journal", &format_json, OUTPUT_SYNC_INTERVAL, -1);
	alarm(LONG_S);
	assert_int_equal(output.kind->open(&output, &cursor), 0);
	assert_in_range(now_ms() - begin, 1000, 1000 * LONG_S);
	assert_int_equal(cursor.place.seq, 9);
}
