#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A shell that a web server starts raises an alert in each disguise of disguises.py. The test
# also makes a table of tricks and rules, .cache/log/disguises.md.
#
# limit: 240 s

. "${0%/*}/lib.sh"

load_module
# The policy has a second set of actors besides the shipped ones.
shelltrap policy load --replace "$payload/userspace/conf/policy.conf" "$here/policies/database.conf" >/dev/null
mark
check "disguises.py runs all tricks" python3 -B "$here/disguises.py" play "$scratch"
check "the alerts of all tricks can be read" settle
while IFS=$'\t' read -r verdict what why; do
	case $verdict in
	ok) ok "$what" ;;
	"not ok") not_ok "$what" "$why" ;;
	absent) echo "# not here: $what ($why)" ;;
	table) echo "# table: $what" ;;
	*) not_ok "disguises.py prints known verdicts" "$verdict" ;;
	esac
done < <(python3 -B "$here/disguises.py" judge "$scratch" <"$scratch/between" 2>&1)
check "no alert of the tricks is lost" test "$(status_of lost)" = 0
