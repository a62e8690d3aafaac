#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The netlink channel accepts exactly what its specification says, and only from processes
# with CAP_NET_ADMIN in the initial user namespace.

. "${0%/*}/lib.sh"

load_module
as nginx /bin/sh -c :

holds=(python3 -B "$here/channel.py")
check "a malformed message is refused with a reason" "${holds[@]}" malformed-is-refused
check "a malformed message changes nothing" "${holds[@]}" malformed-changes-nothing
check "include/shelltrap.yaml is what the kernel enforces" \
	"${holds[@]}" the-spec-is-what-the-kernel-enforces
check "every operation needs CAP_NET_ADMIN, and there is no other group" \
	"${holds[@]}" every-operation-and-group-needs-the-capability
check "root can listen, read the backlog and request the status" "${holds[@]}" all-is-permitted
check "an ordinary user can do none of this" setpriv --reuid 65534 --regid 65534 --clear-groups \
	"${holds[@]}" nothing-is-permitted
check "root without CAP_NET_ADMIN can do none of this" setpriv --bounding-set -net_admin --inh-caps -net_admin \
	"${holds[@]}" nothing-is-permitted
check "root of another user namespace can do none of this" unshare --user --map-root-user \
	"${holds[@]}" nothing-is-permitted
