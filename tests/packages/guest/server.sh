#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A server with the packages has booted, and nobody has touched it: the trap was set
# before the web server, with the admin's policy, and it springs.

. "${0%/*}/../../vm/lib.sh"
# The module is the server's.
trap - EXIT

log=/var/log/shelltrap/alerts.json

# logged TEXT...: a line has all of it.
logged()
{
	local text

	cp "$log" "$scratch/lines"
	for text in "$@"; do
		grep -F -- "$text" "$scratch/lines" >"$scratch/found" || return
		cp "$scratch/found" "$scratch/lines"
	done
}

# moment UNIT PROPERTY: in microseconds since boot.
moment()
{
	systemctl show --value -p "$2Monotonic" "$1"
}

policy_came_first()
{
	local unit policy

	policy=$(moment shelltrap-policy.service ActiveEnterTimestamp)
	((policy)) || return
	for unit in nginx.service "$(systemctl list-units --plain --no-legend 'php*-fpm.service' | cut -d ' ' -f 1)"; do
		echo "policy $policy, $unit $(moment "$unit" InactiveExitTimestamp)"
		((policy < $(moment "$unit" InactiveExitTimestamp))) || return
	done
}

attack()
{
	curl -sf --max-time 60 --get --data-urlencode 'cmd=echo attacked' -d how=system http://localhost/run.php
}

check "the module is loaded" is_loaded
check "systemd was to load it" grep -x shelltrap <(systemd-analyze cat-config modules-load.d)
check "it is what DKMS has built for this kernel" \
	test "$(cat /sys/module/shelltrap/srcversion)" = "$(modinfo -F srcversion shelltrap)"
check "it is armed" test "$(status_of armed)" = true
check "the admin's policy runs" grep -x "\[rule site_start\]" <(shelltrap policy show)
check "it was loaded before the web servers started" policy_came_first
check "their start is in the log, by the admin's rule" wait_until 30 logged '"site_start"' '"/usr/sbin/nginx"'
check "no unit was left out for its order" \
	test -z "$(journalctl -q -b -o cat | grep -F "ordering cycle")"
check "nothing has failed" test -z "$(systemctl --failed --plain --no-legend)"
check "the logger runs" systemctl is-active shelltrap.service
check "an attack by a web page runs a command" grep -x attacked <(attack)
check "and is in the log" wait_until 30 logged '"rule":"webserver_shell_exec"' '"comm":"php-fpm' 'echo attacked'
check "nothing was lost" test "$(status_of lost)$(status_of missed)" = 00
check "selftest agrees" shelltrap selftest
