// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The open descriptors of a process. Where they point to is only read as a link: nothing is
 * opened. The addresses of sockets are those in the tables of the process's network namespace.
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "evidence/sources.h"
#include "format/json_tree.h"
#include "lib/buffer.h"

#define DESCRIPTORS_MAX 1024

struct descriptor {
	uint64_t inode;		/* of a socket; 0: something else */
	struct json_object *object;
};

struct table {
	struct descriptor list[DESCRIPTORS_MAX];
	size_t count;
	bool more;		/* there were more than that */
};

/* Reads a file of procfs line by line; NULL: it cannot be opened. */
static FILE *descriptors_open(int directory, const char *path)
{
	int fd = openat(directory, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "r");

	return file;
}

/* The flags with which the file was opened, octal as in fdinfo. */
static void descriptor_put_flags(struct json_object *object, int process, const char *name)
{
	char path[64], line[256], flags[32];
	FILE *file;

	snprintf(path, sizeof(path), "fdinfo/%.16s", name);
	file = descriptors_open(process, path);
	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "flags: %31s", flags) == 1)
			json_put_string(object, "flags", flags);
	if (file)
		fclose(file);
}

static void table_add(struct table *table, int process, int links, const char *name)
{
	struct descriptor *descriptor = &table->list[table->count];
	char target[PATH_MAX];
	ssize_t len = readlinkat(links, name, target, sizeof(target) - 1);

	if (len < 0)
		return;
	target[len] = '\0';
	descriptor->object = json_new_object();
	if (sscanf(target, "socket:[%" SCNu64 "]", &descriptor->inode) != 1)
		descriptor->inode = 0;
	json_put_string(descriptor->object, "fd", name);
	json_put(descriptor->object, "target", json_new_bytes(target, len));
	descriptor_put_flags(descriptor->object, process, name);
	table->count++;
}

static bool table_read(struct table *table, int process)
{
	int fd = openat(process, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *directory = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!directory)
		return false;
	while ((entry = readdir(directory))) {
		if (entry->d_name[0] == '.')
			continue;
		table->more = table->count == DESCRIPTORS_MAX;
		if (table->more)
			break;
		table_add(table, process, dirfd(directory), entry->d_name);
	}
	closedir(directory);
	return true;
}

/* Procfs shows each 32 bits of an address as a number of this machine. */
static struct json_object *descriptor_address(const char *hex, unsigned int port)
{
	char text[INET6_ADDRSTRLEN], whole[INET6_ADDRSTRLEN + 16];
	uint32_t words[4] = {0};
	bool v6 = strlen(hex) == 32;
	int i;

	for (i = 0; i < (v6 ? 4 : 1); i++)
		if (sscanf(hex + i * 8, "%8" SCNx32, &words[i]) != 1)
			return NULL;
	if (!inet_ntop(v6 ? AF_INET6 : AF_INET, words, text, sizeof(text)))
		return NULL;
	snprintf(whole, sizeof(whole), v6 ? "[%s]:%u" : "%s:%u", text, port);
	return json_new_string(whole);
}

/* Gives the socket to all descriptors that have its inode. */
static void table_put_socket(struct table *table, uint64_t inode, struct json_object *socket)
{
	size_t i;

	for (i = 0; i < table->count; i++)
		if (table->list[i].inode == inode && !json_at(table->list[i].object, "socket"))
			json_put(table->list[i].object, "socket", json_object_get(socket));
	json_object_put(socket);
}

static bool table_has(const struct table *table, uint64_t inode)
{
	size_t i;

	for (i = 0; inode && i < table->count; i++)
		if (table->list[i].inode == inode)
			return true;
	return false;
}

static void table_take_inet(struct table *table, const char *line, const char *kind)
{
	unsigned int local_port, peer_port, state;
	char local[33], peer[33];
	struct json_object *socket;
	uint64_t inode;

	if (sscanf(line, " %*u: %32[0-9A-F]:%x %32[0-9A-F]:%x %x %*x:%*x %*x:%*x %*x %*u %*u %"
		   SCNu64, local, &local_port, peer, &peer_port, &state, &inode) != 6 ||
	    !table_has(table, inode))
		return;
	socket = json_new_object();
	json_put_string(socket, "family", kind);
	json_put(socket, "local", descriptor_address(local, local_port));
	json_put(socket, "peer", descriptor_address(peer, peer_port));
	json_put(socket, "state", json_must(json_object_new_int(state)));
	table_put_socket(table, inode, socket);
}

static void table_take_unix(struct table *table, const char *line, const char *kind)
{
	struct json_object *socket;
	uint64_t inode;
	int path = 0;

	if (sscanf(line, "%*x: %*x %*x %*x %*x %*x %" SCNu64 " %n", &inode, &path) != 1 ||
	    !table_has(table, inode))
		return;
	socket = json_new_object();
	json_put_string(socket, "family", kind);
	json_put(socket, "path", path && line[path] ?
		 json_new_bytes(line + path, strcspn(line + path, "\n")) : NULL);
	table_put_socket(table, inode, socket);
}

static void table_read_sockets(struct table *table, int process, const char *kind,
			       void (*take)(struct table *table, const char *line,
					    const char *kind))
{
	char path[32], *line = NULL;
	size_t size = 0;
	FILE *file;

	snprintf(path, sizeof(path), "net/%s", kind);
	file = descriptors_open(process, path);
	while (file && getline(&line, &size, file) > 0)
		take(table, line, kind);
	free(line);
	if (file)
		fclose(file);
}

void source_descriptors(struct reading *reading, int out, const void *plain)
{
	static struct table table;
	const struct plain_source *source = plain;
	struct buffer text = {0};
	size_t i;

	if (!table_read(&table, source->process)) {
		reader_fail(reading, "open: %s", strerror(errno));
		return;
	}
	table_read_sockets(&table, source->process, "tcp", table_take_inet);
	table_read_sockets(&table, source->process, "tcp6", table_take_inet);
	table_read_sockets(&table, source->process, "udp", table_take_inet);
	table_read_sockets(&table, source->process, "udp6", table_take_inet);
	table_read_sockets(&table, source->process, "unix", table_take_unix);
	for (i = 0; i < table.count; i++)
		json_put_line(&text, table.list[i].object);
	if (text.len)
		reader_give(out, text.data, text.len);
	if (table.more)
		reader_fail(reading, "more than %d descriptors", DESCRIPTORS_MAX);
}
