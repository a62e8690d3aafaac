#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What the module takes of the kernel's memory: itself, and what it allocates when it is
# loaded, by the function that does. Not the policy, which the kernel has no account of:
# see policy_size.c.

. "${0%/*}/lib.sh"

# pools: bytes and function of each.
pools()
{
	sed -n 's/^[^ ]* *\([0-9]*\) \([^+]*\)+.*\[shelltrap\].*/\1 \2/p' /proc/vmallocinfo
}

# pool FUNCTION "what it is"
pool()
{
	awk -v by="$1" '$2 == by { sum += $1 } END { print sum / 1024 }' "$scratch/pools" |
		figure "module's memory: $2" KiB
}

load_module
pools >"$scratch/pools"
awk '$1 == "shelltrap" { print $2 / 1024 }' /proc/modules | figure "module's memory: code and data" KiB
pool shelltrap_lineage_init "lineage, for 32,768 tasks"
pool shelltrap_slots_init "execs in flight"
pool shelltrap_backlog_init "backlog"
for by in lineage slots backlog; do
	check "the memory of $by is known" grep -q " shelltrap_${by}_init$" "$scratch/pools"
done
