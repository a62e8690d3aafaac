#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The service as it is installed: it runs in its sandbox with a single capability,
# and logs; systemd brings it back when it dies.

. "${0%/*}/lib.sh"
. "${0%/*}/log.sh"

file=/var/log/shelltrap/alerts.json

main_pid()
{
	systemctl show --value -p MainPID shelltrap
}

# process_has FIELD VALUE: in its /proc/PID/status.
process_has()
{
	grep "^$1:" "/proc/$(main_pid)/status" | tee /dev/stderr | grep -qw "$2$"
}

is_back()
{
	systemctl is-active --quiet shelltrap && (($(main_pid) != $1))
}

rotate()
{
	logrotate --force /etc/logrotate.d/shelltrap && wait_until 10 test -e "$file"
}

in_journal()
{
	journalctl --sync
	journalctl -q -o cat --output-fields=SHELLTRAP_JSON "SHELLTRAP_INSTANCE=$instance" >"$scratch/log.journal"
	log_is_complete "$scratch/log.journal" --no-loss "$@"
}

install_service
check "its unit is sound" systemd-analyze verify --man=no shelltrap.service
check "it starts before the module is there" systemctl start shelltrap
load_module
storm first 20
check "and writes once that is" wait_until 20 has_newest "$file"
check "it has one capability" process_has CapEff 0000000000001000
check "and can get no other" process_has CapBnd 0000000000001000
check "it gains no privileges" process_has NoNewPrivs 1
check "its system calls are filtered" process_has Seccomp 2
check "its log is for root and nobody else" test "$(stat -c %a:%U "$file")" = 640:root
pid=$(main_pid)
kill -KILL "$pid"
storm second 20
check "killed, it comes back" wait_until 20 is_back "$pid"
check "however often" test "$(systemctl show --value -p StartLimitIntervalUSec shelltrap)" = 0
check "and misses nothing" wait_until 20 has_newest "$file"
check "logrotate rotates the file as we ship it" rotate
storm third 20
check "and the logger writes to the new one" wait_until 20 has_newest "$file"
check "which is for nobody else either" test "$(stat -c %a:%U "$file")" = 640:root
check "rotated again, the oldest is compressed" rotate
storm fourth 20
wait_until 20 has_newest "$file"
{ zcat "$file.2.gz" && cat "$file.1" "$file"; } >"$scratch/log.all"
check "each exec is there once" \
	log_is_complete "$scratch/log.all" --no-loss first=20 second=20 third=20 fourth=20
instance=$(sed 's/.*"instance":"\([0-9a-f]*\)".*/\1/; q' "$file")
check "and once in the journal, which it can read" \
	wait_until 10 in_journal first=20 second=20 third=20 fourth=20
check "systemd is told what it does" \
	grep -q "alerts.json: [0-9]* written" <(systemctl show -p StatusText shelltrap)
check "it ends when told to" systemctl stop shelltrap
check "without complaint" test "$(systemctl show --value -p Result shelltrap)" = success
journalctl -q -u shelltrap -o cat --no-pager | grep -v "webserver_" | sed 's/^/# /' | tail -n 12
echo "nonsense" >>/etc/shelltrap/shelltrap.conf
systemctl start shelltrap 2>/dev/null
check "a configuration that makes no sense is named with its line" \
	grep -q "shelltrap.conf:[0-9]*: neither a \[section\]" <(journalctl -q -u shelltrap -o cat)
systemctl reset-failed shelltrap 2>/dev/null
remove_service
