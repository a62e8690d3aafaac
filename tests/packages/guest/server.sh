#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A server with the packages has booted, and no command was run on it since. The module is
# loaded with the admin's policy, this was done before the web server started, and an
# attack is logged.

. "${0%/*}/../../vm/lib.sh"
# The server loaded the module, so it must not be unloaded after this file.
trap - EXIT

log=/var/log/shelltrap/alerts.json

# is_logged TEXT...: a line of the log has all of these texts.
is_logged()
{
	local text

	cp "$log" "$scratch/lines"
	for text in "$@"; do
		grep -F -- "$text" "$scratch/lines" >"$scratch/found" || return
		cp "$scratch/found" "$scratch/lines"
	done
}

# moment UNIT PROPERTY: prints a time stamp in microseconds since boot.
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
check "systemd is configured to load the module" grep -x shelltrap <(systemd-analyze cat-config modules-load.d)
check "the module is the one that DKMS built for this kernel" \
	test "$(cat /sys/module/shelltrap/srcversion)" = "$(modinfo -F srcversion shelltrap)"
check "the module is armed" test "$(status_of armed)" = true
check "the admin's policy is loaded" grep -x "\[rule site_start\]" <(shelltrap policy show)
check "the policy was loaded before the web servers started" policy_came_first
check "the start of the web server is logged, by the admin's rule" wait_until 30 is_logged '"site_start"' '"/usr/sbin/nginx"'
check "systemd found no cycle in the order of units" \
	test -z "$(journalctl -q -b -o cat | grep -F "ordering cycle")"
check "no unit has failed" test -z "$(systemctl --failed --plain --no-legend)"
check "the logger runs" systemctl is-active shelltrap.service
check "an attack through a web page runs a command" grep -x attacked <(attack)
check "the attack is logged" wait_until 30 is_logged '"rule":"webserver_shell_exec"' '"comm":"php-fpm' 'echo attacked'
check "no alert was lost" test "$(status_of lost)$(status_of missed)" = 00
check "the self-test succeeds" shelltrap selftest
