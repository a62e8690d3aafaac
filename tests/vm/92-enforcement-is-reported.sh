#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# "policy load", "status" and "policy explain" report which rules deny or kill, whether they
# are enforced, and if not, why.
#
# limit: 120 s

. "${0%/*}/lib.sh"

shipped=$payload/userspace/conf/policy.conf

# load_prints REGEX [OPTION...]: loads, with these options, the shipped policy with one rule
# that denies and one that kills. The output after the size of the policy matches REGEX.
load_prints()
{
	printf '[rule %s]\naction = %s\n' webserver_shell_exec deny \
		webserver_nettool_exec kill >"$scratch/enforcing.conf"
	shelltrap policy load --replace "${@:2}" "$shipped" "$scratch/enforcing.conf" >"$scratch/printed"
	cat "$scratch/printed"
	grep -qE "^[0-9]+ sets, [0-9]+ names, [0-9]+ rules: in force, $1\$" "$scratch/printed"
}

# status_has REGEX: a line of the status begins with it.
status_has()
{
	shelltrap status >"$scratch/status"
	cat "$scratch/status"
	grep -qE "^$1" "$scratch/status"
}

status_lacks()
{
	! status_has "$@"
}

rules="deny: webserver_shell_exec; kill: webserver_nettool_exec"
load_module
check "status reports that the built-in policy denies nothing" \
	status_has "enforced +nothing: no rule denies or kills"
check "status has no counter of denied execs then" status_lacks "  denied "
check "load reports that rules deny from now on" \
	load_prints "2 rules deny or kill from now on"
check "status names the rules that deny or kill" status_has "enforced +$rules\$"
check "status shows that the module is armed to deny" test "$(status_of armed)/$(status_of deny)" = true/true
as nginx /bin/sh -c : 2>/dev/null
check "status counts denied execs" status_has "  denied +1 "
check "status reports no exec that escaped" status_lacks "ESCAPED"

check "load --observe reports for how long" \
	load_prints "observing for 60 min: nothing is denied yet" --observe 60
check "status reports how long the observation continues" status_has "enforced +observing, (59|60) min left: $rules\$"
left=$(status_of observing)
check "status --json has the rest of the observation in seconds" test "$left" -gt 3000 -a "$left" -le 3600
check "a load without an option keeps the observation" \
	load_prints "observing for (59|60) min: nothing is denied yet"
as nginx /bin/sh -c :
check "status counts execs that would be denied" status_has "  would_deny +1 "
check "status --json counts execs that would be denied" test "$(status_of would_deny)" = 1
check "load --dry-run reports an observation without an end" load_prints "observing for good: nothing is denied" --dry-run
check "status reports an observation without an end" status_has "enforced +observing for good: $rules\$"
check "load --enforce ends the observation" load_prints "2 rules deny or kill from now on" --enforce
check "status --json has no observation after --enforce" test "$(status_of observing)/$(status_of enforce)" = null/true

echo 0 >/sys/module/shelltrap/parameters/enforce
check "load reports that the parameter enforce is off" \
	load_prints "the parameter enforce is off: nothing is denied" --enforce
check "status reports that the parameter enforce is off" status_has "enforced +off \(parameter enforce\): $rules\$"
check "status --json has enforce = false" test "$(status_of enforce)" = false
echo 1 >/sys/module/shelltrap/parameters/enforce

# explain_has PROGRAM OUTCOME
explain_has()
{
	shelltrap policy explain --actor nginx --target "$1" | grep "^outcome: $2"
}
check "explain reports a denied exec" explain_has /bin/sh "denied, led by webserver_shell_exec"
check "explain reports a killed exec" explain_has /usr/bin/curl "killed, led by webserver_nettool_exec"
shelltrap policy show >"$scratch/shown"
check "the shown policy can be loaded" shelltrap policy load --replace "$scratch/shown"
check "the shown policy loads as the same policy" diff "$scratch/shown" <(shelltrap policy show)
