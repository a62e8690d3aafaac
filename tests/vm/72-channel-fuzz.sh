#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Whatever is said to the channel, by whomever, in whatever order: the answer is the
# one that its rules foresee, and the module stands as before. With a backlog so small
# that records are pushed out all the time.

. "${0%/*}/lib.sh"

smallest_backlog=$((128 * 1024))

# The test kernel watches what the other one only survives: there, more is tried.
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
check "bytes of all kinds get the answers they deserve, and change nothing" fuzz messages 300
check "policies in pieces, bent, from many at once, are taken whole or not at all" \
	timeout 100 python3 -B "$here/../fuzz/transactions.py" 400 "${seeds[@]}"
check "from nobody nothing is taken" fuzz nobody 100
check "dumps that are starved, abandoned and overtaken harm no other" fuzz dumps 200
check "one that is overtaken says so" fuzz overtaken 2
check "nor do listeners that come, go, never read and talk nonsense" fuzz listeners 400
mark
as nginx /bin/sh -c :
expect "it still raises alerts" 1 comm=nginx
