#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Runs in the machine of tests/bench/profile: each of its loads without the module, with it,
# and without it again. Prints a label for each section, in their order. The addresses of
# functions are written to a separate disk, as there are many.
#
# lab: peers
# limit: 1800 s

. "${0%/*}/lib.sh"
. "${0%/*}/loads.sh"

samples=5
count=100
disk=/dev/vdc

# section STATE LOAD
section()
{
	local mean least

	read -r mean least < <(run_load "$2" "$count") || return
	printf 'section\t%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "$count" "$mean" "$least"
}

is_read()
{
	[[ -z ${watcher:-} ]] || has_newest "$scratch/alerts"
}

# measure STATE LOAD: waits after each section until the reader has received all alerts, so
# that they do not count in the next section.
measure()
{
	local i

	for ((i = 0; i < samples; i++)); do
		section "$@" || not_ok "$1, $2 is measured"
		wait_until 60 is_read || not_ok "$1, $2: all alerts are delivered"
	done
}

measure_bare()
{
	local load

	for load in "${loads[@]}"; do
		measure bare "$load"
	done
}

measure_with_module()
{
	local policy=default

	case $1 in
	deny | refused) policy=deny ;;
	excepted*) policy=$1 ;;
	shell*) start_watch "$scratch/alerts" ;;
	esac
	shelltrap policy load --replace "$scratch/$policy" >/dev/null
	measure with "$1"
	[[ $1 != excepted* ]] ||
		check "$1: an exception fits" test "$(status_of silenced)" -ge $((samples * count))
	[[ $1 != shell* ]] || stop_watch
	watcher=
}

# A server runs, as on a real machine, so that the lineage is not empty.
with_module()
{
	local load

	load_module
	as nginx sleep infinity &
	for load in "${loads[@]}"; do
		measure_with_module "$load"
	done
	check "the addresses of functions are written" keep_symbols
	unload_module
	kill %1
	wait
}

keep_symbols()
{
	gzip </proc/kallsyms >"$disk"
}

IFS=, read -ra loads < <(sed -n 's/.*\blab\.loads=\([^ ]*\).*/\1/p' /proc/cmdline)
check "the programs of the loads compile" build_programs
make_policies
measure_bare
with_module
measure_bare
