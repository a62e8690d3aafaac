#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A watcher sees each alert once, in order, as it happens; what it saw and what the
# kernel replays afterwards are the same lines; who comes late asks for the past.

. "${0%/*}/lib.sh"

many=200

replay_now()
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
check "a watcher is told of the last of $many execs" \
	wait_until 20 grep -q "the last one" "$scratch/watched"
check "it ends when told to" stop_watch
replay_now "$first" >"$scratch/replayed"
check "it saw what a replay shows, line by line" cmp "$scratch/watched" "$scratch/replayed"
expect "each exec is one alert" $((many + 1)) comm=nginx verdict=observed
check "in the order they happened" \
	diff <(seq 0 $((many - 1))) <(grep -o 'number [0-9]*' "$scratch/replayed" | cut -d ' ' -f 2)
check "numbered without gaps" \
	diff <(seq "$first" $((first + many))) \
	<(sed 's/.*"seq": *\([0-9]*\).*/\1/' "$scratch/replayed")

timeout 20 shelltrap watch --from $((first + many)) --count 1 --format json >"$scratch/late"
check "watch --from N --count 1 shows exactly number N" \
	diff "$scratch/late" <(tail -n 1 "$scratch/replayed")
check "nothing was lost or missed" test "$(status_of lost) $(status_of missed)" = "0 0"

# By default the backlog is to hold 4,096 ordinary alerts, and these are some.
check "4096 such alerts fit into the backlog" \
	test $(($(status_of used) * 4096 / (many + 1))) -le "$(status_of size)"

script -qefc "shelltrap watch --timeout 30" "$scratch/screen" </dev/null >/dev/null &
wait_until 10 is_listening
first=$(status_of seq_next)
python_as nginx 'import subprocess
for _ in range(5):
    subprocess.run(["/bin/sh", "-c", ": all the same"])'
check "on a terminal a burst of the same is one alert and a count" \
	wait_until 10 grep -q "and 4 more like seq $first, the last seq $((first + 4))" "$scratch/screen"
check "and only one is shown" test "$(grep -c "all the same" "$scratch/screen")" = 1
