#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The journal gets each alert once, with fields, even if the logger crashes or journald is
# restarted. The local syslog gets each alert as one complete line.

. "${0%/*}/lib.sh"
. "${0%/*}/log.sh"

in_journal()
{
	journalctl --sync
	(($(journalctl -q -o cat --output-fields=SHELLTRAP_SEQ "SHELLTRAP_INSTANCE=$instance" "$@" |
		sort -n | tail -n 1) + 1 == $(status_of seq_next)))
}

in_syslog()
{
	journalctl --sync
	journalctl -q -o cat _TRANSPORT=syslog SYSLOG_IDENTIFIER=shelltrap PRIORITY=2 >"$scratch/log.syslog"
	log_is_complete "$scratch/log.syslog" --at-least-once "$@"
}

restart_journald()
{
	for _ in 1 2 3; do
		systemctl restart systemd-journald || return 1
	done
}

# Makes storms until log.restarted exists. Writes their names and sizes to log.storms.
storm_during_restarts()
{
	local n

	for ((n = 0; ; n++)); do
		[[ ! -e $scratch/log.restarted ]] || break
		storm "restarted-$n" 50
		echo "restarted-$n=50" >>"$scratch/log.storms"
	done
}

# The longest argument that an alert holds, of the character that is longest in JSON.
run_longest()
{
	as nginx /bin/sh -c ": $(printf '\001%.0s' {1..8100})"
}

longest_is_whole()
{
	journalctl --sync
	journalctl -q -o cat --output-fields=SHELLTRAP_JSON "SHELLTRAP_INSTANCE=$instance" |
		grep -F '\u0001\u0001' >"$scratch/log.longest" &&
		journalctl -q -o cat _TRANSPORT=syslog SYSLOG_IDENTIFIER=shelltrap |
		grep -F '\u0001\u0001' | cmp - "$scratch/log.longest"
}

load_module
configure "[output journal]" "[output syslog]"
start_logger
instance=$(current_instance)
storm journal 20
check "the journal gets every alert" wait_until 20 in_journal
kill_logger
storm again 20
start_logger
check "after a crash of the logger the journal gets the other alerts" wait_until 20 in_journal
journalctl -q -o cat --output-fields=SHELLTRAP_JSON "SHELLTRAP_INSTANCE=$instance" >"$scratch/log.journal"
check "the journal has each alert once after the crash" log_is_complete "$scratch/log.journal" --no-loss journal=20 again=20
journalctl -q -o json -n 1 "SHELLTRAP_INSTANCE=$instance" SHELLTRAP_RULE=webserver_shell_exec \
	MESSAGE_ID=5af67654daf54a31932dd59f2b551ec6 >"$scratch/log.entry"
check "an entry in the journal has a priority and a readable message" python3 -IS -c '
import json, sys
entry = json.load(sys.stdin)
assert entry["PRIORITY"] == "2", entry
assert entry["SYSLOG_IDENTIFIER"] == "shelltrap", entry
assert entry["MESSAGE"].startswith("webserver_shell_exec: nginx ran /"), entry
assert "/sh as root: sh -c " in entry["MESSAGE"], entry
' <"$scratch/log.entry"
check "the local syslog gets each alert as a line" wait_until 10 in_syslog journal=20
run_longest
check "the longest alert is complete in journal and syslog" wait_until 20 longest_is_whole
echo "# the longest alert has $(wc -c <"$scratch/log.longest") bytes"
storm_during_restarts &
storming=$!
check "journald is restarted while alerts are raised" restart_journald
: >"$scratch/log.restarted"
wait "$storming"
check "the journal gets every alert after journald's restarts" wait_until 20 in_journal
journalctl -q -o cat --output-fields=SHELLTRAP_JSON "SHELLTRAP_INSTANCE=$instance" >"$scratch/log.journal"
# On a busy machine these may be more alerts than the backlog holds.
mapfile -t storms <"$scratch/log.storms"
check "the journal has each alert once, or a loss, after journald's restarts" \
	log_is_complete "$scratch/log.journal" journal=20 again=20 "${storms[@]}"
stop_logger
remove_logs
