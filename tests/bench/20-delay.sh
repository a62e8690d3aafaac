#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The delay from an exec to the line that a reader of the logger gets, one exec at a time.

. "${0%/*}/lib.sh"

load_module
print_delays 310 >"$scratch/log.delay"
sed -n 's/.* median \([0-9.]*\) ms.*/\1/p' "$scratch/log.delay" | figure "exec to line, median" ms
sed -n 's/.* percentile \([0-9.]*\) ms.*/\1/p' "$scratch/log.delay" | figure "exec to line, 99th percentile" ms
check "300 execs were measured" grep -q "^300 alerts" "$scratch/log.delay"
remove_logs
