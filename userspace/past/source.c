// SPDX-License-Identifier: GPL-2.0-or-later
#include "past/source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "lib/exit.h"
#include "lib/util.h"
#include "lib/xalloc.h"

#define PACKED_BYTES (64 * 1024)
/* zlib: a header of gzip or zlib, and the largest window, 32 KiB. */
#define GZIP_WINDOW (15 + 32)
/* zstd: a larger window, of 128 MiB, needs more memory than a log file is worth. */
#define ZSTD_WINDOW_LOG 27

struct unpacker {
	int (*unpack)(struct source *source, char *data, size_t size, size_t *done);
	z_stream gzip;
	ZSTD_DStream *zstd;
	ZSTD_inBuffer in;	/* of zstd; gzip has its own members for that */
	bool ended;		/* the file has no more bytes */
	bool between;		/* no compressed stream is open: the file may end here */
	char packed[PACKED_BYTES];
};

static ssize_t source_read_raw(struct source *source, char *data, size_t size)
{
	ssize_t len;

	if (source->head_len) {
		len = source->head_len < size ? source->head_len : size;
		memcpy(data, source->head, len);
		memmove(source->head, source->head + len, source->head_len - len);
		source->head_len -= len;
		return len;
	}
	do {
		len = source->regular ? pread(source->fd, data, size, source->offset) :
					read(source->fd, data, size);
	} while (len < 0 && errno == EINTR);
	if (len < 0)
		source->reason = strerror(errno);
	else
		source->offset += len;
	return len;
}

/* Fills the empty buffer of packed bytes. Returns its length, 0 at the end, or negative. */
static ssize_t source_fill(struct source *source)
{
	struct unpacker *unpacker = source->unpacker;
	ssize_t len = source_read_raw(source, unpacker->packed, sizeof(unpacker->packed));

	unpacker->ended = !len;
	return len;
}

static int source_cut_short(struct source *source)
{
	if (source->unpacker->between)
		return 0;
	source->unpacker->between = true;
	source->reason = "the compressed file is cut off";
	return -1;
}

/* A file may hold several compressed streams, one after the other. */
static int source_gunzip(struct source *source, char *data, size_t size, size_t *done)
{
	struct unpacker *unpacker = source->unpacker;
	z_stream *gzip = &unpacker->gzip;
	int ret;

	gzip->next_out = (unsigned char *)data;
	gzip->avail_out = size;
	if (unpacker->between) {
		/* Zeros after the last stream are padding, for example of a tape. */
		while (gzip->avail_in && !*gzip->next_in) {
			gzip->next_in++;
			gzip->avail_in--;
		}
		if (!gzip->avail_in)
			return 0;
		inflateReset(gzip);
		unpacker->between = false;
	}
	ret = inflate(gzip, Z_NO_FLUSH);
	*done = size - gzip->avail_out;
	unpacker->between = ret == Z_STREAM_END;
	if (ret == Z_OK || ret == Z_STREAM_END || ret == Z_BUF_ERROR)
		return 0;
	if (ret == Z_MEM_ERROR)
		out_of_memory();
	unpacker->between = true;
	source->reason = "the compressed data is damaged";
	return -1;
}

static int source_unzstd(struct source *source, char *data, size_t size, size_t *done)
{
	struct unpacker *unpacker = source->unpacker;
	ZSTD_outBuffer out = { data, size, 0 };
	size_t ret;

	if (unpacker->between && unpacker->in.pos == unpacker->in.size)
		return 0;
	ret = ZSTD_decompressStream(unpacker->zstd, &out, &unpacker->in);
	*done = out.pos;
	unpacker->between = !ret;
	if (!ZSTD_isError(ret))
		return 0;
	unpacker->between = true;
	source->reason = "the compressed data is damaged";
	return -1;
}

static bool source_needs_input(const struct unpacker *unpacker)
{
	if (unpacker->zstd)
		return unpacker->in.pos == unpacker->in.size;
	return !unpacker->gzip.avail_in;
}

static void source_give_input(struct unpacker *unpacker, size_t len)
{
	unpacker->in = (ZSTD_inBuffer){ unpacker->packed, len, 0 };
	unpacker->gzip.next_in = (unsigned char *)unpacker->packed;
	unpacker->gzip.avail_in = len;
}

static ssize_t source_read_packed(struct source *source, char *data, size_t size)
{
	struct unpacker *unpacker = source->unpacker;
	size_t done = 0;
	ssize_t len;

	if (source->reason)
		return -1;
	/* First without new input: the library may still hold bytes. */
	if (unpacker->unpack(source, data, size, &done))
		return done ? (ssize_t)done : -1;
	while (!done) {
		if (source_needs_input(unpacker)) {
			len = unpacker->ended ? 0 : source_fill(source);
			if (len <= 0)
				return len ? len : source_cut_short(source);
			source_give_input(unpacker, len);
		}
		if (unpacker->unpack(source, data, size, &done))
			return done ? (ssize_t)done : -1;
	}
	return done;
}

static void source_use_gzip(struct source *source)
{
	source->unpacker = xcalloc(1, sizeof(*source->unpacker));
	source->unpacker->unpack = source_gunzip;
	if (inflateInit2(&source->unpacker->gzip, GZIP_WINDOW) != Z_OK)
		out_of_memory();
}

static void source_use_zstd(struct source *source)
{
	source->unpacker = xcalloc(1, sizeof(*source->unpacker));
	source->unpacker->unpack = source_unzstd;
	source->unpacker->zstd = ZSTD_createDStream();
	if (!source->unpacker->zstd)
		out_of_memory();
	ZSTD_DCtx_setParameter(source->unpacker->zstd, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG);
}

static bool source_begins(const struct source *source, const char *magic, size_t len)
{
	return source->head_len >= len && !memcmp(source->head, magic, len);
}

#define BEGINS(source, magic) source_begins(source, magic, sizeof(magic) - 1)

/* Finds out how the file is compressed. Returns 0, or negative with the reason set. */
static int source_probe(struct source *source)
{
	ssize_t len;

	do {
		size_t have = source->head_len;

		source->head_len = 0;
		len = source_read_raw(source, source->head + have, sizeof(source->head) - have);
		source->head_len = have + (len > 0 ? len : 0);
	} while (len > 0 && source->head_len < sizeof(source->head));
	if (len < 0)
		return -1;
	if (BEGINS(source, "\x1f\x8b"))
		source_use_gzip(source);
	else if (BEGINS(source, "\x28\xb5\x2f\xfd"))
		source_use_zstd(source);
	else if (BEGINS(source, "\xfd\x37zXZ"))
		source->reason = "compressed by xz; write 'xz -dc FILE | shelltrap log -'";
	else if (BEGINS(source, "BZh"))
		source->reason = "compressed by bzip2; write 'bzip2 -dc FILE | shelltrap log -'";
	return source->reason ? -1 : 0;
}

void source_open(struct source *source, int fd)
{
	struct stat st;

	*source = (struct source){ .fd = fd };
	source->regular = !fstat(fd, &st) && S_ISREG(st.st_mode) && lseek(fd, 0, SEEK_CUR) == 0;
	source_probe(source);
	source->seekable = source->regular && !source->unpacker;
}

void source_close(struct source *source)
{
	if (source->unpacker && source->unpacker->zstd)
		ZSTD_freeDStream(source->unpacker->zstd);
	else if (source->unpacker)
		inflateEnd(&source->unpacker->gzip);
	free(source->unpacker);
	source->unpacker = NULL;
}

ssize_t source_read(struct source *source, char *data, size_t size)
{
	if (source->unpacker)
		return source_read_packed(source, data, size);
	return source->reason ? -1 : source_read_raw(source, data, size);
}

void source_seek(struct source *source, off_t offset)
{
	source->head_len = 0;
	source->offset = offset;
}
