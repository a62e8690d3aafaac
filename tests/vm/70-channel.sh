#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The netlink channel takes exactly what its spec says, from nobody but who may.

. "${0%/*}/lib.sh"

load_module
as nginx /bin/sh -c :

holds=(python3 -B "$here/channel.py")
check "a malformed message is refused, and told why" "${holds[@]}" malformed-is-refused
check "and it changes nothing" "${holds[@]}" malformed-changes-nothing
check "include/shelltrap.yaml is what the kernel enforces" \
	"${holds[@]}" the-spec-is-what-the-kernel-enforces
check "every operation needs CAP_NET_ADMIN, and there is no other group" \
	"${holds[@]}" every-operation-and-group-needs-the-capability
check "root may listen, read and ask" "${holds[@]}" all-is-permitted
check "nobody may not" setpriv --reuid 65534 --regid 65534 --clear-groups \
	"${holds[@]}" nothing-is-permitted
check "root without CAP_NET_ADMIN may not" setpriv --bounding-set -net_admin --inh-caps -net_admin \
	"${holds[@]}" nothing-is-permitted
check "root of another user namespace may not" unshare --user --map-root-user \
	"${holds[@]}" nothing-is-permitted
