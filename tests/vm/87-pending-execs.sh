#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# An exec that stands still, as it waits for a file system that does not answer, is told
# of while it does, and keeps no slot from others.

. "${0%/*}/lib.sh"
. "${0%/*}/stalled.sh"

start_stalled 1
check "each is told of, as an alert or as lost, while they do" wait_until 20 all_accounted_for
check "the alerts say so" python3 -IS "$here/alerts.py" --only '!type' "$(status_of alerts)" \
	rule=webserver_shell_exec verdict=pending "pathname=$scratch/stall/zsh" \
	"file.path=$scratch/stall/zsh" comm=nginx server.comm=nginx \
	< <(shelltrap replay --format json)
marked=$(status_of seq_next)
as nginx /bin/sh -c ": seen"
expect "there are slots for others meanwhile" 1 process.argv.-1=": seen" verdict=observed

let_go
check "they go on" wait "$stalled"
expect_none "and are not told of again"
check "hits are alerts and losses" test "$(status_of hits)" = \
	"$(($(status_of alerts) + $(status_of lost)))"
