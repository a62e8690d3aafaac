// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/address.h"

#include <arpa/inet.h>
#include <inttypes.h>

int address_family(const struct bytes *addr)
{
	if (addr->len == sizeof(struct in_addr))
		return AF_INET;
	return addr->len == sizeof(struct in6_addr) ? AF_INET6 : 0;
}

bool put_ip_address(struct buffer *out, const struct bytes *addr)
{
	char text[INET6_ADDRSTRLEN];
	int family = address_family(addr);

	if (!family)
		return false;
	inet_ntop(family, addr->data, text, sizeof(text));
	buffer_puts(out, text);
	return true;
}

bool put_endpoint(struct buffer *out, const struct bytes *addr, const struct number *port)
{
	bool brackets = address_family(addr) == AF_INET6;

	if (!address_family(addr))
		return false;
	buffer_puts(out, brackets ? "[" : "");
	put_ip_address(out, addr);
	buffer_puts(out, brackets ? "]" : "");
	if (port->known)
		buffer_printf(out, ":%" PRIu64, port->value);
	return true;
}
