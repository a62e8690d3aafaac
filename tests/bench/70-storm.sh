#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The cost for work that starts many programs: the time of a storm of execs from two
# processes, and of a small build, with and without the module, alternately. The ratio is of
# neighbouring measurements.
# limit: 1800 s

. "${0%/*}/lib.sh"

rounds=12
half=400
times=$scratch/times
source=$scratch/source

prepare()
{
	local i

	compile_spawn &&
		compile_tiny "$scratch/tiny" || return
	mkdir -p "$source"
	for i in {1..8}; do
		echo "int part$i(int n) { return n * $i; }" >"$source/part$i.c"
	done
	printf 'all: %s\n.SUFFIXES: .c .o\n' "$(echo part{1..8}.o)" >"$source/Makefile"
}

storm_of_two()
{
	"$scratch/bystander" "$half" "$scratch/tiny" >"$scratch/one" &
	"$scratch/bystander" "$half" "$scratch/tiny" >"$scratch/other" && wait "$!"
}

build()
{
	rm -f "$source"/*.o
	make -s -j2 -C "$source"
}

both()
{
	echo "$(microseconds_of storm_of_two) $(microseconds_of build)"
}

round()
{
	local without with

	without=$(both)
	load_module
	with=$(both)
	unload_module
	echo "$without $with" >>"$times"
}

check "the storm and the build can be prepared" prepare
: >"$times"
both >/dev/null
for ((i = 0; i < rounds; i++)); do
	round
done
awk '{ printf "%.3f\n", $3 / $1 }' "$times" | figure "time of a storm of execs, two at once" "of that without"
awk '{ printf "%.3f\n", $4 / $2 }' "$times" | figure "time of a small build, two jobs at once" "of that without"
