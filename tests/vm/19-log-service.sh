#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The installed service logs alerts in its sandbox, with a single capability, and systemd
# restarts it when it dies.
# limit: 300 s

. "${0%/*}/lib.sh"
. "${0%/*}/log.sh"

file=/var/log/shelltrap/alerts.json

main_pid()
{
	systemctl show --value -p MainPID shelltrap
}

# process_has FIELD VALUE: in /proc/PID/status of the service.
process_has()
{
	grep "^$1:" "/proc/$(main_pid)/status" | tee /dev/stderr | grep -qw "$2$"
}

# is_restarted PID: the service runs again, with another PID.
is_restarted()
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

# start_in_namespace STAGE: starts a logger that waits, in a mount namespace of its own, where
# the module seems to be at this stage. Its PID is $logger.
start_in_namespace()
{
	rm -rf "$scratch/sys" "$scratch"/log.*
	mkdir -p "$scratch/sys/shelltrap"
	echo "$1" >"$scratch/sys/shelltrap/initstate"
	configure "wait = yes" "[output file:$scratch/log.json]"
	unshare --mount bash -c "mount --bind '$scratch/sys' /sys/module &&
		exec shelltrap logger --config '$scratch/log.conf'" 2>"$scratch/log.err" &
	logger=$!
}

start_in_namespace coming
check "a logger that starts while the module is being loaded waits for it" \
	wait_until 10 grep -q "not loaded; waiting for it" "$scratch/log.err"
load_module
check "the logger listens when the module is ready" wait_until 10 is_listening
stop_logger
unload_module
start_in_namespace live
wait "$logger"
check "a logger that a live module does not answer says so" test $? = 4
remove_logs

install_service
check "systemd restarts the service after any failure but a wrong configuration" \
	test "$(systemctl show --value -p RestartPreventExitStatus shelltrap)" = 2
check "systemd finds no fault in the unit" systemd-analyze verify --man=no shelltrap.service
check "the service starts before the module is loaded" systemctl start shelltrap
load_module
storm first 20
check "the service writes alerts when the module is loaded" wait_until 20 has_newest "$file"
check "the service has one capability" process_has CapEff 0000000000001000
check "the service can get no other capability" process_has CapBnd 0000000000001000
check "the service cannot gain privileges" process_has NoNewPrivs 1
check "the service's system calls are filtered" process_has Seccomp 2
check "root and the group adm can read the log" \
	test "$(stat -c %a:%U:%G "$file" "${file%/*}" | paste -sd ' ')" = "640:root:adm 750:root:adm"
hostname moved.example
storm named 1
check "an alert has the host name of its time" wait_until 10 grep -q '"host":"moved.example"' "$file"
hostname lab
pid=$(main_pid)
kill -KILL "$pid"
storm second 20
check "systemd restarts the service when it is killed" wait_until 20 is_restarted "$pid"
check "the number of restarts is not limited" test "$(systemctl show --value -p StartLimitIntervalUSec shelltrap)" = 0
check "the restarted service writes the alerts of the meantime" wait_until 20 has_newest "$file"
check "logrotate rotates the file with the shipped configuration" rotate
storm third 20
check "the logger writes to the new file after a rotation" wait_until 20 has_newest "$file"
check "root and the group adm can read the new file" \
	test "$(stat -c %a:%U:%G "$file")" = 640:root:adm
check "logrotate rotates the file a second time" rotate
storm fourth 20
wait_until 20 has_newest "$file"
{ zcat "$file.2.gz" && cat "$file.1" "$file"; } >"$scratch/log.all"
check "the rotated files have each exec once" \
	log_is_complete "$scratch/log.all" --no-loss first=20 second=20 third=20 fourth=20
instance=$(sed 's/.*"instance":"\([0-9a-f]*\)".*/\1/; q' "$file")
check "the journal has each exec once" \
	wait_until 10 in_journal first=20 second=20 third=20 fourth=20
check "the unit's status text shows how many alerts were written" \
	grep -q "alerts.json: [0-9]* written" <(systemctl show -p StatusText shelltrap)
printf '[output file:/var/log/shelltrap/alerts.cef]\nformat = cef\n' >>/etc/shelltrap/shelltrap.conf
systemctl reload shelltrap
storm fifth 1
check "a file that is configured later is written" \
	wait_until 20 grep -q fifth /var/log/shelltrap/alerts.cef
check "it is rotated, too" logrotate --force /etc/logrotate.d/shelltrap
check "under its name with a number" test -s /var/log/shelltrap/alerts.cef.1
check "the service can be stopped" systemctl stop shelltrap
check "the service ends without an error" test "$(systemctl show --value -p Result shelltrap)" = success
journalctl -q -u shelltrap -o cat --no-pager | grep -v "webserver_" | sed 's/^/# /' | tail -n 12
echo "nonsense" >>/etc/shelltrap/shelltrap.conf
systemctl start shelltrap 2>/dev/null
check "the service reports an invalid line of its configuration" \
	grep -q "shelltrap.conf:[0-9]*: neither a \[section\]" <(journalctl -q -u shelltrap -o cat)
systemctl reset-failed shelltrap 2>/dev/null
remove_service
