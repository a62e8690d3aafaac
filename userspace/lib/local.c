// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/local.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/number.h"

static bool local_parse_tcp(struct local *local, char *host)
{
	char *port = strrchr(host, ':');
	uint64_t number;

	if (!port || parse_number(port + 1, 1, UINT16_MAX, &number))
		return false;
	*port = '\0';
	if (!strcmp(host, "[::1]")) {
		local->address.v6 = (struct sockaddr_in6){
			.sin6_family = AF_INET6,
			.sin6_port = htons(number),
			.sin6_addr = IN6ADDR_LOOPBACK_INIT,
		};
		local->len = sizeof(local->address.v6);
		return true;
	}
	local->address.v4.sin_family = AF_INET;
	local->address.v4.sin_port = htons(number);
	local->len = sizeof(local->address.v4);
	return !strncmp(host, "127.", strlen("127.")) &&
	       inet_pton(AF_INET, host, &local->address.v4.sin_addr) == 1;
}

static bool local_take_socket(struct local *local, const char *text, size_t len)
{
	char host[sizeof(local->address.path.sun_path)];

	if (len >= sizeof(host))
		return false;
	memcpy(host, text, len);
	host[len] = '\0';
	if (host[0] != '/')
		return local_parse_tcp(local, host);
	local->address.path.sun_family = AF_UNIX;
	memcpy(local->address.path.sun_path, host, len + 1);
	local->len = sizeof(local->address.path);
	return true;
}

const char *local_parse(struct local *local, const char *text)
{
	const char *colon = strstr(text, ":/");

	memset(local, 0, sizeof(*local));
	if (!colon || strlen(colon + 1) >= LOCAL_PAGE_MAX ||
	    !local_take_socket(local, text, colon - text))
		return "is not SOCKET:PATH; write /run/php/php-fpm.sock:/status, or "
		       "127.0.0.1:PORT:/status";
	local->page = colon + 1;
	return NULL;
}

const char *local_parse_socket(struct local *local, const char *text)
{
	memset(local, 0, sizeof(*local));
	return local_take_socket(local, text, strlen(text)) ? NULL :
	       "is no socket; write an absolute path, 127.0.0.1:PORT or [::1]:PORT";
}

int local_connect(const char *path, int flags)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | flags, 0), error;

	if (fd < 0)
		return -errno;
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (!connect(fd, (struct sockaddr *)&address, sizeof(address)))
		return fd;
	error = errno;
	close(fd);
	return -error;
}
