#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The packages are purged where the trap is set, and nothing is left of it.
# limit: 600 s

. "${0%/*}/../../vm/lib.sh"

# The lab's own are what runs this.
files()
{
	find / -xdev -name '*shelltrap*' ! -path '/opt/shelltrap' \
		! -name 'opt-shelltrap.mount*' ! -name 'shelltrap-lab.*'
}

units()
{
	systemctl list-units --all --plain --no-legend 'shelltrap*' | grep -v '^shelltrap-lab\.'
}

check "they can be purged" apt-get purge -y shelltrap shelltrap-dkms
check "the module is unloaded" test ! -e /sys/module/shelltrap
check "DKMS has none" test -z "$(dkms status shelltrap 2>/dev/null)"
check "nor has any kernel" test -z "$(modprobe -n -v shelltrap 2>/dev/null)"
check "no file is left" test -z "$(files | tee /dev/stderr)"
check "no unit is left" test -z "$(units | tee /dev/stderr)"
check "nothing has failed" test -z "$(systemctl --failed --plain --no-legend)"
check "the web server serves" curl -sf --max-time 60 http://localhost/plain.php
