#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The output exec:PATH gives each alert to a program, at least once and not too often. Another
# unit runs the program, with a user of its own; the logger stays in its sandbox.
#
# limit: 300 s
# shellcheck disable=SC2016

. "${0%/*}/lib.sh"
. "${0%/*}/log.sh"

program=/usr/local/sbin/told

process_has()
{
	grep "^$1:" "/proc/$(systemctl show --value -p MainPID shelltrap)/status" | grep -qw "$2$"
}

# told PATTERN: the program has printed a line like this, which is in its unit's journal.
told()
{
	journalctl --sync
	grep -E "$1" <(journalctl -q -o cat -u shelltrap-notify)
}

in_log()
{
	journalctl --sync
	grep -E "$1" <(journalctl -q -o cat -u shelltrap)
}

# Prints how often the program has run.
times_told()
{
	journalctl --sync
	journalctl -q -o cat -u shelltrap-notify | grep -c "^told "
}

write_program()
{
	printf '#!/bin/sh\n%s\n' "$1" >"$program"
	chmod 755 "$program"
}

install_service
install -m 0644 "$payload"/userspace/systemd/shelltrap-notify.{service,socket} /etc/systemd/system/
systemctl daemon-reload
printf '[output exec:%s]\nformat = json\n' "$program" >/etc/shelltrap/shelltrap.conf
write_program 'echo "told $# $USER $(id -u) $(sed -n s/^CapBnd:.//p /proc/self/status)"
echo "env $SHELLTRAP_INSTANCE $SHELLTRAP_SEQ $SHELLTRAP_HELD_BACK"; echo "line $(cat)"'
check "logger --check names the unit that the output needs" \
	grep -q "systemctl enable --now shelltrap-notify.socket" <(shelltrap logger --check)
check "systemd finds no fault in the units" \
	systemd-analyze verify --man=no shelltrap-notify.service shelltrap-notify.socket
load_module
systemctl start shelltrap
wait_until 10 is_listening
build_storm || not_ok "${0##*/}: the storm compiles"
storm first 1
check "without the unit the logger says what is missing" \
	wait_until 20 in_log "shelltrap-notify.socket does not listen"
systemctl start shelltrap-notify.socket
check "the alert comes when the unit is there" wait_until 30 told '^line \{"seq":.*"rule":'
check "the program has a user of its own, no capability and no argument" \
	told "^told 0 shelltrap-notify [1-9][0-9]+ 0000000000000000$"
check "instance and number are in its environment" told "^env [0-9a-f]{16} 1 0$"
check "the logger has one capability, as ever" process_has CapBnd 0000000000001000
check "only root can have programs run" test "$(stat -c %a:%U /run/shelltrap-notify.socket)" = 600:root

before=$(times_told)
storm second 300
check "of many alerts some are held back and counted" wait_until 30 told "^env [0-9a-f]{16} [0-9]+ [1-9]"
sleep 5
check "the program runs 10 times in a row and not 300 times" test $(($(times_told) - before)) -le 14

write_program 'exit 9'
storm third 1
check "the logger says that the program fails" wait_until 40 in_log "the program ended with 9"
systemctl kill -s KILL shelltrap
write_program 'echo "told again"; echo "line $(cat)"'
check "a record whose program failed comes again, even after the logger was killed" \
	wait_until 60 told '^told again'

write_program 'sleep 600'
storm fourth 1
check "a program is killed after 10 seconds" wait_until 60 in_log "the program was killed after 10 s"
write_program 'exit 0'
check "nothing of it is left" wait_until 5 test -z "$(pgrep -x sleep -u shelltrap-notify)"
systemctl stop shelltrap shelltrap-notify.socket shelltrap-notify.service
rm -f "$program" /etc/systemd/system/shelltrap-notify.*
remove_service
