# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Many execs that are stopped halfway at the same time. To be sourced after lib.sh.
# shellcheck disable=SC2034,SC2154

too_many=10

# stall COUNT CALLER SCRIPT [COMMAND]: see stall.py. $stalled is the PID of stall.py, which
# ends when all execs have been completed.
stall()
{
	mkdir -p "$scratch/stall"
	rm -f "$scratch/go"
	mkfifo "$scratch/go"
	python3 -B "$here/stall.py" "$1" "$scratch/stall" "${@:2}" <"$scratch/go" >"$scratch/stalled" &
	stalled=$!
	exec 5>"$scratch/go"
	check "$1 execs are in progress at the same time" wait_until 60 grep -q stalled "$scratch/stalled"
}

# start_stalled SECONDS: loads the module, which reports an exec as pending after so many
# seconds, and stalls execs of one user's web servers: ten more than that user may have in
# progress, which is half of what the module has room for. $count is their number.
start_stalled()
{
	insmod "$payload/shelltrap.ko" pending_after="$1" && marked=1
	count=$(($(status_of slots) / 2 + too_many))
	stall "$count" nginx zsh
}

release_stalled()
{
	echo go >&5
	exec 5>&-
}

# Each of the stalled execs is an alert or counted as lost.
all_are_counted()
{
	local alerts lost

	alerts=$(status_of alerts) lost=$(status_of lost)
	echo "alerts $alerts, lost $lost"
	((alerts + lost == count))
}
