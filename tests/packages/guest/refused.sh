#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernel takes no module but those signed by a key it knows: the machine boots as it
# would without, and whoever asks is told why.

. "${0%/*}/../../vm/lib.sh"

case $(</proc/cmdline) in
*module.sig_enforce=1*) why="Key was rejected by service" ;;
*lockdown=integrity*) why="Operation not permitted" ;;
esac

status_says_so()
{
	shelltrap status
	(($? == 3))
}

failed_units()
{
	systemctl list-units --failed --plain --no-legend | cut -d ' ' -f 1 | paste -sd ' '
}

check "modprobe says why" \
	grep -Fx "modprobe: ERROR: could not insert 'shelltrap': $why" <(modprobe shelltrap 2>&1)
check "so does systemd, which was to load it" \
	grep -Fx "Failed to insert module 'shelltrap': $why" <(journalctl -q -b -o cat)
check "status says that it is not loaded" status_says_so
check "only what needs it at boot has failed" \
	test "$(failed_units)" = "shelltrap-policy.service systemd-modules-load.service"
check "the logger runs" systemctl is-active shelltrap.service
check "and waits for it" grep -F "waiting for it" <(journalctl -q -b -o cat -u shelltrap)
check "the web server serves" curl -sf --max-time 60 http://localhost/plain.php
