#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernel loads only modules that are signed with a key that it trusts. The machine boots
# as usual, and the tools report why the module is not loaded.

. "${0%/*}/../../vm/lib.sh"

case $(</proc/cmdline) in
*module.sig_enforce=1*) why="Key was rejected by service" ;;
*lockdown=integrity*) why="Operation not permitted" ;;
esac

status_exits_with_3()
{
	shelltrap status
	(($? == 3))
}

failed_units()
{
	systemctl list-units --failed --plain --no-legend | cut -d ' ' -f 1 | paste -sd ' '
}

check "modprobe reports why the module cannot be loaded" \
	grep -Fx "modprobe: ERROR: could not insert 'shelltrap': $why" <(modprobe shelltrap 2>&1)
check "systemd reports why the module cannot be loaded" \
	grep -Fx "Failed to insert module 'shelltrap': $why" <(journalctl -q -b -o cat)
check "status reports that the module is not loaded" status_exits_with_3
check "only the units that load module and policy have failed" \
	test "$(failed_units)" = "shelltrap-policy.service systemd-modules-load.service"
check "the logger runs" systemctl is-active shelltrap.service
check "the logger waits for the module" grep -F "waiting for it" <(journalctl -q -b -o cat -u shelltrap)
check "the web server serves" curl -sf --max-time 60 http://localhost/plain.php
