#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The cost of a large policy: the time of execs that hit no rule, with 10 names and with 10,048
# names in 64 sets and 64 rules, alternately; and the time to load the large policy.
# limit: 1800 s

. "${0%/*}/lib.sh"

rounds=9
count=200
times=$scratch/times

make_execs()
{
	python3 -c '
import os, sys
for _ in range(int(sys.argv[1])):
    os.waitpid(os.posix_spawn("/bin/true", ["true"], {}), 0)' "$count"
}

load_policy()
{
	shelltrap policy load --replace "$1" >/dev/null
}

policy_of 1 10 >"$scratch/small.conf"
policy_of 64 157 >"$scratch/large.conf"
load_module
: >"$times"
for ((i = 0; i < rounds; i++)); do
	load_policy "$scratch/small.conf"
	small=$(microseconds_of make_execs)
	loading=$(microseconds_of load_policy "$scratch/large.conf")
	large=$(microseconds_of make_execs)
	echo "$small $large $loading" >>"$times"
done
check "the measured policy has 10,048 names" test "$(status_of names)" = 10048
awk '{ printf "%.3f\n", $2 / $1 }' "$times" | figure "time of execs with 10,048 names" "of that with 10"
awk '{ printf "%.3f\n", $3 / 1000000 }' "$times" | figure "loading 10,048 names, 64 sets, 64 rules" s
