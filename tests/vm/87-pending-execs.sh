#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# An exec that stands still, as it waits for a file system that does not answer, is told
# of while it does, and keeps no slot from others.

. "${0%/*}/lib.sh"

insmod "$payload/shelltrap.ko" pending_after=1
marked=1
count=$(($(status_of slots) + 10))
mkdir -p "$scratch/stall"
rm -f "$scratch/go"
mkfifo "$scratch/go"
python3 -B "$here/stall.py" "$count" "$scratch/stall" <"$scratch/go" >"$scratch/stalled" &
stalled=$!
exec 5>"$scratch/go"
check "$count execs stand still at once" wait_until 60 grep -q stalled "$scratch/stalled"

all_are_told_of()
{
	local alerts lost

	alerts=$(status_of alerts) lost=$(status_of lost)
	echo "alerts $alerts, lost $lost"
	((alerts + lost == count))
}
check "each is told of, as an alert or as lost, while they do" wait_until 20 all_are_told_of
check "the alerts say so" python3 -IS "$here/alerts.py" --only '!type' "$(status_of alerts)" \
	rule=webserver_shell_exec verdict=pending "pathname=$scratch/stall/zsh" \
	"file.path=$scratch/stall/zsh" comm=nginx server.comm=nginx \
	< <(shelltrap replay --format json)
marked=$(status_of seq_next)
as nginx /bin/sh -c ": seen"
expect "there are slots for others meanwhile" 1 process.argv.-1=": seen" verdict=observed

echo go >&5
exec 5>&-
check "they go on" wait "$stalled"
expect_none "and are not told of again"
check "hits are alerts and losses" test "$(status_of hits)" = \
	"$(($(status_of alerts) + $(status_of lost)))"
