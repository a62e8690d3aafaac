#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernel memory of the module: its code and data, and what it allocates at load, by the
# function that allocates. The kernel does not account for the policy: see policy_size.c.

. "${0%/*}/lib.sh"

# Prints bytes and function of each of the module's allocations by vmalloc.
list_pools()
{
	sed -n 's/^[^ ]* *\([0-9]*\) \([^+]*\)+.*\[shelltrap\].*/\1 \2/p' /proc/vmallocinfo
}

# print_pool FUNCTION NAME
print_pool()
{
	awk -v by="$1" '$2 == by { sum += $1 } END { print sum / 1024 }' "$scratch/pools" |
		figure "module's memory: $2" KiB
}

load_module
list_pools >"$scratch/pools"
awk '$1 == "shelltrap" { print $2 / 1024 }' /proc/modules | figure "module's memory: code and data" KiB
print_pool shelltrap_lineage_init "lineage"
print_pool shelltrap_hits_init "execs in flight"
print_pool shelltrap_backlog_init "backlog"
for by in lineage hits backlog; do
	check "the kernel lists the memory of $by" grep -q " shelltrap_${by}_init$" "$scratch/pools"
done
