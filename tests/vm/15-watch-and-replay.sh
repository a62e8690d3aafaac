#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A watcher prints each alert once, in order, when it is raised. A replay prints the same
# lines later, and a watcher can start in the past.

. "${0%/*}/lib.sh"

many=200

replay_from()
{
	shelltrap replay --from "$1" --format json
}

load_module
start_watch "$scratch/watched"
first=$marked
for ((i = 0; i < many; i++)); do
	as nginx /bin/sh -c ": number $i"
done
as nginx /bin/sh -c ": the last one"
check "a watcher prints the last of $many execs" \
	wait_until 20 grep -q "the last one" "$scratch/watched"
check "a watcher exits with 0 on SIGTERM" stop_watch
replay_from "$first" >"$scratch/replayed"
check "a replay prints the same lines as the watcher" cmp "$scratch/watched" "$scratch/replayed"
expect "each exec raises one alert" $((many + 1)) comm=nginx verdict=observed
check "alerts are in the order of the execs" \
	diff <(seq 0 $((many - 1))) <(grep -o 'number [0-9]*' "$scratch/replayed" | cut -d ' ' -f 2)
check "alerts are numbered without gaps" \
	diff <(seq "$first" $((first + many))) \
	<(sed 's/.*"seq": *\([0-9]*\).*/\1/' "$scratch/replayed")

timeout 20 shelltrap watch --from $((first + many)) --count 1 --format json >"$scratch/late"
check "watch --from N --count 1 prints exactly alert number N" \
	diff "$scratch/late" <(tail -n 1 "$scratch/replayed")
check "no alert was lost or missed" test "$(status_of lost) $(status_of missed)" = "0 0"

last=$(($(status_of seq_next) - 1))
shelltrap >"$scratch/overview"
lines=$(wc -l <"$scratch/overview")
sed 's/^/# /' "$scratch/overview"
check "alone, the program shows the state in ten lines" test "$lines" -le 10 -a "$lines" -ge 8
check "it says that the module is armed" grep -qE "^module +loaded, .*armed: yes$" "$scratch/overview"
check "it counts the alerts of the last day" \
	grep -qE "^last day +$(status_of alerts) alerts .* critical, 0 lost$" "$scratch/overview"
check "it names the last critical alert as what to look at next" \
	grep -qE "^next +shelltrap replay --from $last +the last critical alert$" \
	"$scratch/overview"

# The default size of the backlog promises room for 4,096 ordinary alerts, like these.
check "the backlog has room for 4096 ordinary alerts" \
	test $(($(status_of used) * 4096 / (many + 1))) -le "$(status_of size)"

script -qefc "shelltrap watch --timeout 30" "$scratch/screen" </dev/null >/dev/null &
wait_until 10 is_listening
first=$(status_of seq_next)
python_as nginx 'import subprocess
for _ in range(5):
    subprocess.run(["/bin/sh", "-c", ": all the same"])'
check "on a terminal equal alerts in a row are one alert and a count" \
	wait_until 10 grep -q "and 4 more like seq $first, the last seq $((first + 4))" "$scratch/screen"
check "on a terminal only one of equal alerts is printed" test "$(grep -c "command .*all the same" "$scratch/screen")" = 1

# The first watcher may still listen, so nobody can wait until this one does.
first=$(status_of seq_next)
NO_COLOR=1 script -qefc "shelltrap watch --from $first --timeout 60" "$scratch/advice" \
	</dev/null >/dev/null 2>&1 &
watcher=$!
as nginx /bin/sh -c 'sleep 50; : long' >/dev/null 2>&1 &
check "on a terminal a critical alert says that its process is alive" \
	wait_until 20 grep -qE "next      process [0-9]+ \(sh\) is alive" "$scratch/advice"
check "it says how to stop the unit" grep -q "stop it: systemctl stop " "$scratch/advice"
check "it says how to except the exec" \
	wait_until 5 grep -q "argv = /bin/sh -c 'sleep 50; : long'" "$scratch/advice"
check "the alert is as the format text has it" \
	grep -qF "$(shelltrap replay -n 1 -f text | sed -n 3p)" "$scratch/advice"
check "elsewhere only the alert is printed" \
	test -z "$(shelltrap watch --from 0 --timeout 1 | grep "^  next ")"
pkill -f 'sleep 50'
kill "$watcher"
wait
