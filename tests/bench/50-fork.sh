#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What it costs others that the lineage follows every fork and exit: time of processes
# that come and go, with the module and without, alternately.
# limit: 1800 s

. "${0%/*}/lib.sh"

rounds=15
count=2000
times=$scratch/times
compile_spawn || not_ok "it compiles"

# forks NAME: ns of each
forks()
{
	"$scratch/$1" "$count" | cut -d " " -f 1
}

: >"$times"
for ((i = 0; i < rounds; i++)); do
	without=$(forks bystander)
	load_module
	with=$(forks bystander)
	line=$(forks nginx)
	known=$(status_of lineage)
	unload_module
	echo "$without $with $line" >>"$times"
done
check "there were servers to follow" test "$known" -gt 0
awk '{ printf "%.3f\n", $2 / $1 }' "$times" | figure "time of forks and exits of others" "of that without"
awk '{ printf "%.3f\n", $3 / $1 }' "$times" | figure "time of forks and exits under a server" "of that without"
