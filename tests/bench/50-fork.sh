#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The cost of the lineage, which follows each fork and exit: the time of fork and exit, with
# and without the module, alternately.
# limit: 1800 s

. "${0%/*}/lib.sh"

rounds=15
count=2000
times=$scratch/times
compile_spawn || not_ok "spawn.c compiles"

# time_forks NAME: prints the nanoseconds of one fork and exit in a process of that name.
time_forks()
{
	"$scratch/$1" "$count" | cut -d " " -f 1
}

: >"$times"
for ((i = 0; i < rounds; i++)); do
	without=$(time_forks bystander)
	load_module
	with=$(time_forks bystander)
	server=$(time_forks nginx)
	known=$(status_of lineage)
	unload_module
	echo "$without $with $server" >>"$times"
done
check "the lineage had processes of the server" test "$known" -gt 0
awk '{ printf "%.3f\n", $2 / $1 }' "$times" | figure "time of forks and exits of others" "of that without"
awk '{ printf "%.3f\n", $3 / $1 }' "$times" | figure "time of forks and exits under a server" "of that without"
