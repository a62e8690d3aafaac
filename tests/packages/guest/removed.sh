#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The packages are purged while the module is loaded: no file, unit or module is left.
# limit: 600 s

. "${0%/*}/../../vm/lib.sh"

# The paths that are left out belong to the lab, which runs this test.
list_files()
{
	find / -xdev -name '*shelltrap*' ! -path '/opt/shelltrap' \
		! -name 'opt-shelltrap.mount*' ! -name 'shelltrap-lab.*'
}

list_units()
{
	systemctl list-units --all --plain --no-legend 'shelltrap*' | grep -v '^shelltrap-lab\.'
}

check "the packages can be purged" apt-get purge -y shelltrap shelltrap-dkms
check "the module is unloaded" test ! -e /sys/module/shelltrap
check "DKMS does not know the module any more" test -z "$(dkms status shelltrap 2>/dev/null)"
check "no kernel has the module any more" test -z "$(modprobe -n -v shelltrap 2>/dev/null)"
check "no file is left" test -z "$(list_files | tee /dev/stderr)"
check "no unit is left" test -z "$(list_units | tee /dev/stderr)"
check "no unit has failed" test -z "$(systemctl --failed --plain --no-legend)"
check "the web server serves" curl -sf --max-time 60 http://localhost/plain.php
