#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# No disguise helps a shell that a web server starts: disguises.py has them all. The
# table of tricks and rules that comes of it is .cache/log/disguises.md.
#
# limit: 240 s

. "${0%/*}/lib.sh"

load_module
# With a second set of actors beside those that ship.
shelltrap policy load "$payload/userspace/conf/policy.conf" "$here/policies/database.conf" >/dev/null
mark
check "every trick is played" python3 -B "$here/disguises.py" play "$scratch"
check "what they raise is read" settle
while IFS=$'\t' read -r verdict what why; do
	case $verdict in
	ok) ok "$what" ;;
	"not ok") not_ok "$what" "$why" ;;
	absent) echo "# not here: $what ($why)" ;;
	table) echo "# table: $what" ;;
	*) not_ok "disguises.py is understood" "$verdict" ;;
	esac
done < <(python3 -B "$here/disguises.py" judge "$scratch" <"$scratch/between" 2>&1)
check "nothing of that is lost" test "$(status_of lost)" = 0
