#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The machine has booted a kernel that has no module. The tools say so, with what to do.

. "${0%/*}/../../vm/lib.sh"

kernel=$(uname -r)

status_says()
{
	shelltrap status
	grep -F -- "$1" <(shelltrap status)
}

# The line says why the policy could not be loaded.
journal_says_once()
{
	journalctl -q -b -o cat | grep -F "it is not installed for this kernel" >"$scratch/said"
	cat "$scratch/said"
	[[ $(wc -l <"$scratch/said") == 1 ]] &&
		grep -F "install linux-headers-$kernel, then: dkms autoinstall" "$scratch/said"
}

check "status says that the module is not loaded, and what to do" \
	status_says "NOT LOADED; it is not installed for this kernel ($kernel), only for "
check "status names the running kernel as one without the module" \
	status_says "$kernel has NO module: it sees nothing; it runs"
check "status names the kernel that has the module" status_says " has the module"
check "the metrics have it" \
	grep -Fx "shelltrap_kernel_has_module{kernel=\"$kernel\",runs=\"1\"} 0" <(shelltrap status --prometheus)
check "the journal says it once, with what to do" journal_says_once
check "the logger runs, and waits for the module" systemctl is-active shelltrap.service
check "the web server serves" curl -sf --max-time 60 http://localhost/plain.php
