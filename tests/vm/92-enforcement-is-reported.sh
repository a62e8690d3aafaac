#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Whoever loads rules that deny, and whoever asks for the status, is told what is so:
# what is denied, whether it is yet, and if not, why.
#
# limit: 120 s

. "${0%/*}/lib.sh"

shipped=$payload/userspace/conf/policy.conf

# load_says REGEX [OPTION...]: the shipped policy, and a rule that denies and one that
# kills, loaded with those options; that is said behind its size.
load_says()
{
	printf '[rule %s]\naction = %s\n' webserver_shell_exec deny \
		webserver_nettool_exec kill >"$scratch/enforcing.conf"
	shelltrap policy load "${@:2}" "$shipped" "$scratch/enforcing.conf" >"$scratch/said"
	cat "$scratch/said"
	grep -qE "^[0-9]+ sets, [0-9]+ names, [0-9]+ rules: in force, $1\$" "$scratch/said"
}

# text_has REGEX: a line of the status.
text_has()
{
	shelltrap status >"$scratch/status"
	cat "$scratch/status"
	grep -qE "^$1" "$scratch/status"
}

lacks()
{
	! text_has "$@"
}

rules="deny: webserver_shell_exec; kill: webserver_nettool_exec"
load_module
check "out of the box nothing is denied" text_has "enforced +nothing: no rule denies or kills"
check "and nothing is counted of it" lacks "  denied "
check "rules that deny are in force as they are loaded" \
	load_says "2 rules deny or kill from now on"
check "status names them" text_has "enforced +$rules\$"
check "it is armed for it" test "$(status_of armed)/$(status_of deny)" = true/true
as nginx /bin/sh -c : 2>/dev/null
check "what is denied is counted" text_has "  denied +1 "
check "nothing has escaped" lacks "ESCAPED"

check "--observe says for how long" \
	load_says "observing for 60 min: nothing is denied yet" --observe 60
check "status how much of it is left" text_has "enforced +observing, (59|60) min left: $rules\$"
left=$(status_of observing)
check "in JSON it is seconds" test "$left" -gt 3000 -a "$left" -le 3600
check "a load that says nothing of it leaves it" \
	load_says "observing for (59|60) min: nothing is denied yet"
as nginx /bin/sh -c :
check "what would be denied is counted" text_has "  would_deny +1 "
check "so is it in JSON" test "$(status_of would_deny)" = 1
check "--dry-run is for good" load_says "observing for good: nothing is denied" --dry-run
check "status says that, too" text_has "enforced +observing for good: $rules\$"
check "--enforce ends it" load_says "2 rules deny or kill from now on" --enforce
check "(in JSON: null)" test "$(status_of observing)/$(status_of enforce)" = null/true

echo 0 >/sys/module/shelltrap/parameters/enforce
check "the parameter enforce has the last word" \
	load_says "the parameter enforce is off: nothing is denied" --enforce
check "in the status, too" text_has "enforced +off \(parameter enforce\): $rules\$"
check "and in JSON" test "$(status_of enforce)" = false
echo 1 >/sys/module/shelltrap/parameters/enforce

explained()
{
	shelltrap policy explain --actor nginx --target "$1" | grep "^outcome: $2"
}
check "explain says what is denied" explained /bin/sh "denied, led by webserver_shell_exec"
check "and what is killed" explained /usr/bin/curl "killed, led by webserver_nettool_exec"
shelltrap policy show >"$scratch/shown"
check "what is shown can be loaded" shelltrap policy load "$scratch/shown"
check "and is shown again the same" diff "$scratch/shown" <(shelltrap policy show)
