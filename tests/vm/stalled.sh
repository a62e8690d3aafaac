# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Execs that stand still at the same time. To be sourced after lib.sh.
# shellcheck disable=SC2034,SC2154

too_many=10

# stall COUNT CALLER SCRIPT [COMMAND]: see stall.py. $stalled ends when they have gone on.
stall()
{
	mkdir -p "$scratch/stall"
	rm -f "$scratch/go"
	mkfifo "$scratch/go"
	python3 -B "$here/stall.py" "$1" "$scratch/stall" "${@:2}" <"$scratch/go" >"$scratch/stalled" &
	stalled=$!
	exec 5>"$scratch/go"
	check "$1 execs stand still at once" wait_until 60 grep -q stalled "$scratch/stalled"
}

# start_stalled SECONDS: with a fresh module that tells of them as pending after so long, a
# web server's, ten more than there are slots. How many they are is in $count.
start_stalled()
{
	insmod "$payload/shelltrap.ko" pending_after="$1" && marked=1
	count=$(($(status_of slots) + too_many))
	stall "$count" nginx zsh
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
