#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A user who has used up the room for execs in progress has used up only the user's own. What
# a rule kills is refused then, and counted as lost; others are not concerned. Execs that a
# rule kills are the ones that hold their room for as long as they stand still.
# limit: 300 s

. "${0%/*}/lib.sh"
. "${0%/*}/stalled.sh"
. "${0%/*}/enforcement.sh"

# The sum of the loss lines on stdin.
sum_of_lost()
{
	sed -n '/"type": *"loss"/s/.*"lost": *\([0-9]*\).*/\1/p' | awk '{ sum += $1 } END { print sum }'
}

# A shell of another user's web server.
other_user()
{
	setpriv --reuid=65534 --clear-groups "$scratch/attempts" nginx 1 /bin/sh -c ': of another user'
}

stopped_shells()
{
	printf '[rule webserver_shell_exec]\naction = kill\n' >"$scratch/kill.conf"
	shelltrap policy load --replace "$shipped" "$scratch/kill.conf"
}

rm -f "$scratch/ran"
insmod "$payload/shelltrap.ko" pending_after=100000
marked=1
check "(a policy that kills shells is in force)" stopped_shells
count=$(($(status_of slots) / 2))
chmod 755 "$scratch"
stall "$count" nginx zsh "touch $scratch/ran"
run_attempts nginx "$too_many" /bin/sh -c 'exit 42'
check "the same user's next execs are refused" outcome_is 0 "$too_many" 0 0
check "and counted as lost" test "$(status_of lost)" = "$too_many"
check "another user's exec has room, and is killed" grep -q 'killed 1' <(other_user)
check "which is reported at once" wait_until 20 replay_has ": of another user"
release_stalled
wait "$stalled"
check "none of the stalled programs has run" test ! -e "$scratch/ran"
shelltrap replay --format json >"$scratch/all"
check "the stream says how many were lost" test "$(sum_of_lost <"$scratch/all")" = "$too_many"
check "and whose they were" python3 -IS -c '
import json, sys
losses = [r for r in map(json.loads, sys.stdin) if r.get("type") == "loss"]
for loss in losses:
    assert sum(c["lost"] for c in loss["causes"]) == loss["lost"], loss
    for cause in loss["causes"]:
        assert cause["rule"] == "webserver_shell_exec", cause
        assert cause["server"]["comm"] == "nginx" and cause["uid"] == 0, cause
' <"$scratch/all"
check "with a reason" grep -q '"why": *"[a-z]' "$scratch/all"
check "each of the stalled execs is one alert, with its file" python3 -IS "$here/alerts.py" \
	--only "pathname=$scratch/stall/zsh" "$count" rule=webserver_shell_exec "verdict~^(pending|killed)$" \
	"file.path=$scratch/stall/zsh" <"$scratch/all"
check "afterwards the user has room again" grep -q 'killed 1' \
	<("$scratch/attempts" nginx 1 /bin/sh -c ': has room')
