# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Execs of a web server that stand still at the same time, ten more than there are slots.
# To be sourced after lib.sh.
# shellcheck disable=SC2034,SC2154

too_many=10

# start_stalled SECONDS: with a fresh module that tells of them as pending after so long.
# How many they are is in $count; $stalled ends when they have gone on.
start_stalled()
{
	insmod "$payload/shelltrap.ko" pending_after="$1" && marked=1
	count=$(($(status_of slots) + too_many))
	mkdir -p "$scratch/stall"
	rm -f "$scratch/go"
	mkfifo "$scratch/go"
	python3 -B "$here/stall.py" "$count" "$scratch/stall" <"$scratch/go" >"$scratch/stalled" &
	stalled=$!
	exec 5>"$scratch/go"
	check "$count execs stand still at once" wait_until 60 grep -q stalled "$scratch/stalled"
}

let_go()
{
	echo go >&5
	exec 5>&-
}

all_accounted_for()
{
	local alerts lost

	alerts=$(status_of alerts) lost=$(status_of lost)
	echo "alerts $alerts, lost $lost"
	((alerts + lost == count))
}
