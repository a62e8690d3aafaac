#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# More execs are in progress than the module has slots: an exec without a slot is counted and
# reported as a loss, the others raise alerts, and no exec is delayed.

. "${0%/*}/lib.sh"
. "${0%/*}/stalled.sh"

# Adds the losses on stdin.
sum_of_lost()
{
	sed -n '/"type": *"loss"/s/.*"lost": *\([0-9]*\).*/\1/p' | awk '{ sum += $1 } END { print sum }'
}

# No exec is reported as pending during this test.
start_stalled 100000
check "execs without a slot are counted at once" \
	test "$(status_of lost)" = "$too_many"
release_stalled
check "all execs complete" wait "$stalled"
check "each exec is an alert or counted as lost" wait_until 20 all_are_counted
shelltrap replay --format json >"$scratch/all"
check "loss records in the stream have the number of losses" test "$(sum_of_lost <"$scratch/all")" = "$too_many"
check "loss records have a reason" grep -q '"why": *"[a-z]' "$scratch/all"
check "the other execs are alerts, each once and with its file" python3 -IS "$here/alerts.py" --only '!type' \
	$((count - too_many)) rule=webserver_shell_exec verdict=observed \
	"pathname=$scratch/stall/zsh" "file.path=$scratch/stall/zsh" <"$scratch/all"
marked=$(status_of seq_next)
as nginx /bin/sh -c :
expect "an exec has a slot when the others have completed" 1 rule=webserver_shell_exec
