#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# More execs in the middle of themselves than there are slots: what finds none is
# counted and told as a loss, the others are alerts, and none of them is hindered.

. "${0%/*}/lib.sh"
. "${0%/*}/stalled.sh"

# Over the loss lines on stdin.
sum_of_lost()
{
	sed -n '/"type": *"loss"/s/.*"lost": *\([0-9]*\).*/\1/p' | awk '{ sum += $1 } END { print sum }'
}

# Nobody is told of as pending meanwhile.
start_stalled 100000
check "those without a slot are counted before the others are through" \
	test "$(status_of lost)" = "$too_many"
release_stalled
check "all go on" wait "$stalled"
check "each is an alert or lost" wait_until 20 all_are_counted
shelltrap replay --format json >"$scratch/all"
check "and the stream says how many are" test "$(sum_of_lost <"$scratch/all")" = "$too_many"
check "with a reason" grep -q '"why": *"[a-z]' "$scratch/all"
check "the others are alerts, each once and with the file" python3 -IS "$here/alerts.py" --only '!type' \
	$((count - too_many)) rule=webserver_shell_exec verdict=observed \
	"pathname=$scratch/stall/zsh" "file.path=$scratch/stall/zsh" <"$scratch/all"
marked=$(status_of seq_next)
as nginx /bin/sh -c :
expect "afterwards there are slots again" 1 rule=webserver_shell_exec
