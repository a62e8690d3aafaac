# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# What the measurements share. Each runs in the lab machine like a test (see
# tests/vm/run-in-guest), prints figures, and checks that it measured the right thing.

. "${0%/*}/../vm/lib.sh"
. "${0%/*}/../vm/log.sh"

# figure NAME UNIT: prints median, minimum and maximum of the numbers on stdin, one a line.
figure()
{
	sort -g | awk -v OFS='\t' -v name="$1" -v unit="$2" '
		{ value[NR] = $1 }
		END { print "figure", name, unit, value[int((NR + 1) / 2)], value[1], value[NR] }'
}

# policy_of SETS NAMES: prints a policy with SETS sets of NAMES names and one rule for each set.
policy_of()
{
	python3 -c '
import base64, hashlib, sys
sets, names = map(int, sys.argv[1:])
for s in range(sets):
    print(f"[set set{s}]\nnames =", end="")
    for n in range(names):
        name = base64.b32encode(hashlib.md5(f"{s} {n}".encode()).digest())
        print("\n\t" + name[:8].decode().lower(), end="")
    print(f"\n[rule rule{s}]\ntarget = set{s}\nseverity = low")' "$@"
}

# Compiles spawn.c under two names: a server's, and one of another process.
compile_spawn()
{
	gcc -O1 -D_GNU_SOURCE -o "$scratch/bystander" "$here/../bench/spawn.c" &&
		ln -f "$scratch/bystander" "$scratch/nginx"
}

# compile_tiny FILE: compiles the smallest possible program.
compile_tiny()
{
	gcc -O1 -nostdlib -static -o "$1" "$here/../bench/tiny.c"
}
