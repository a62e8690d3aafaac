#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Random messages, from root and from others, in any order: the channel answers as its rules
# say, and the module works as before. The backlog is so small that records are overwritten
# all the time.

. "${0%/*}/lib.sh"

smallest_backlog=$((128 * 1024))

# The test kernel finds faults that others survive, so more is tried there.
seeds=(1)
[[ ! -e /sys/kernel/debug/kmemleak ]] || seeds=(1 2 3)

# fuzz PART MESSAGES
fuzz()
{
	timeout 100 python3 -B "$here/../fuzz/netlink.py" "$@" "${seeds[@]}"
}

insmod "$payload/shelltrap.ko" backlog_size="$smallest_backlog"
for ((i = 0; i < 40; i++)); do
	as nginx /bin/sh -c ": $i"
done
check "random messages get the right answers and change nothing" fuzz messages 300
check "damaged and concurrent policies are loaded completely or not at all" \
	timeout 100 python3 -B "$here/../fuzz/transactions.py" 400 "${seeds[@]}"
check "an ordinary user's messages are refused" fuzz nobody 100
check "dumps that stall, are abandoned or are overtaken do not harm other dumps" fuzz dumps 200
check "a dump that is overtaken reports it" fuzz overtaken 2
check "listeners that come, go, never read or send random bytes harm nothing" fuzz listeners 400
mark
as nginx /bin/sh -c :
expect "a shell raises an alert after all this" 1 comm=nginx
