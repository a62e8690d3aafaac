/* SPDX-License-Identifier: GPL-2.0-or-later */
/* IP addresses and ports, as the module's records have them. */
#ifndef KERNEL_ADDRESS_H
#define KERNEL_ADDRESS_H

#include "kernel/attributes.h"
#include "lib/buffer.h"

/** address_family() - AF_INET or AF_INET6, by the length; 0 if it is no IP address. */
int address_family(const struct bytes *addr);

/** put_ip_address() - Add "203.0.113.5" or "2001:db8::1"; false if it is no IP address. */
bool put_ip_address(struct buffer *out, const struct bytes *addr);

/**
 * put_endpoint() - Add "203.0.113.5:4444" or "[2001:db8::1]:443".
 *
 * The port is left out if it is not known. Returns false if there is no IP address.
 */
bool put_endpoint(struct buffer *out, const struct bytes *addr, const struct number *port);

#endif /* KERNEL_ADDRESS_H */
