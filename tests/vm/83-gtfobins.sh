#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Programs of the list GTFOBins that can start a shell: each one in the table gtfobins is started
# below a server and starts a shell by what it can do itself. None does it unseen. The table says
# how, and which programs are left out and why. Only "make nightly" runs this.
#
# lab: gtfobins
# nightly
# limit: 4000 s

. "${0%/*}/lib.sh"

# Prints each result as it comes, and keeps all of them.
report()
{
	local result

	while read -r result; do
		echo "$result" >>"$scratch/rows"
		case $result in
		"ok "*) ok "GTFOBins: ${result#ok }" ;;
		"not ok "*) not_ok "GTFOBins: ${result#not ok }" ;;
		esac
	done
}

# What some programs ask or list.
systemctl start dbus systemd-logind polkit atd
check "witness: there is a device of the device mapper" dmsetup create gtfobins --table "0 8 error"

load_module
: >"$scratch/rows"
shipped=$payload/userspace/conf/policy.conf
check "GTFOBins: the policy loads" shelltrap policy load --replace "$shipped"
report < <(python3 -B "$here/gtfobins.py" "$here/gtfobins" 2>"$scratch/rows.err")
check "GTFOBins: every program of the table was tried" test "$(wc -l <"$scratch/rows")" = \
	"$(grep -cE '^[^#|]+\|[^|]+\|[^|]+\|([^-]|-.)' "$here/gtfobins")"
sed 's/^/# /' "$scratch/rows.err"

# A row fails if the module does not see the shell.
printf '[set spawners]\nnames -= at systemd-run\n' >"$scratch/less.conf"
check "GTFOBins: a policy without two names loads" shelltrap policy load --replace "$shipped" "$scratch/less.conf"
python3 -B "$here/gtfobins.py" "$here/gtfobins" at systemd-run >"$scratch/missed"
check "GTFOBins: without their names two programs are missed" diff "$scratch/missed" - <<-'END'
	not ok at - nothing fired
	not ok systemd-run - nothing fired
END
