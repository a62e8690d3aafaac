#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What tests/bench/profile has executed: each of its loads without the module, with it, and
# without it again. Says which section was which, in the order they come in; where the
# functions are goes to a disk of its own, as there are many.
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
	local clock cpu

	read -r clock cpu < <(run_load "$2" "$count") || return
	printf 'section\t%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "$count" "$clock" "$cpu"
}

is_read()
{
	[[ -z ${watcher:-} ]] || has_newest "$scratch/alerts"
}

# measure STATE LOAD: what a reader has still to read is of none of them.
measure()
{
	local i

	for ((i = 0; i < samples; i++)); do
		section "$@" || not_ok "$1, $2 is measured"
		wait_until 60 is_read || not_ok "$1, $2: all is delivered"
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
	shell) start_watch "$scratch/alerts" ;;
	esac
	shelltrap policy load "$scratch/$policy" >/dev/null
	measure with "$1"
	[[ $1 != shell ]] || stop_watch
	watcher=
}

# There is a server to keep in mind, as there would be.
with_module()
{
	local load

	load_module
	as nginx sleep infinity &
	for load in "${loads[@]}"; do
		measure_with_module "$load"
	done
	check "where the functions are is told" keep_symbols
	unload_module
	kill %1
	wait
}

keep_symbols()
{
	gzip </proc/kallsyms >"$disk"
}

IFS=, read -ra loads < <(sed -n 's/.*\blab\.loads=\([^ ]*\).*/\1/p' /proc/cmdline)
check "there are programs to run" build_programs
make_policies
measure_bare
with_module
measure_bare
