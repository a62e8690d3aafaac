#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# While nobody reads, one user cannot push the alerts of others out of the backlog. Execs that
# are alike are counted where they would push out what nobody has read, and the counts are
# exact.
# limit: 500 s

. "${0%/*}/lib.sh"
. "${0%/*}/log.sh"

gcc -D_GNU_SOURCE -O1 -o "$scratch/attempts" "$here/attempts.c" || not_ok "the attempts compile"
mkdir -m 755 "$scratch/nobody"
build_storm
cp "$scratch/storm/sh" "$scratch/nobody/nginx"

# intrude UID TEXT: a server of this user starts a shell.
intrude()
{
	python_as nginx "import os, sys, subprocess
os.setuid(int(sys.argv[1]))
subprocess.run(['/bin/sh', '-c', ': ' + sys.argv[2]])" "$1" "$2"
}

# flood COUNT: nobody starts a web server's program COUNT times, each time with other 8,000
# bytes of argument.
flood()
{
	python3 -c 'import os, sys
os.setuid(65534)
program = sys.argv[1]
for number in range(int(sys.argv[2])):
    os.waitpid(os.posix_spawn(program, [program, f"{number:08000}"], {}), 0)' \
		"$scratch/nobody/nginx" "$1"
}

# sum_of FIELD TYPE FILE: adds a field of all records of this type; "alert" has no type.
sum_of()
{
	python3 -c 'import json, sys
records = [json.loads(line) for line in open(sys.argv[3])]
print(sum(r.get(sys.argv[1]) or 0 for r in records if r.get("type", "alert") == sys.argv[2]))' "$@"
}

count_of()
{
	grep -c -- "$1" "$2"
}

load_module
intrude 33 "intrusion one"
intrude 0 "intrusion two"
flood 700
intrude 33 "intrusion three"
flood 600
check "witness: records were pushed out unread" test "$(status_of overwritten)" -gt 100
shelltrap replay --format json >"$scratch/held" 2>&1
for number in one two three; do
	check "1,300 starts by nobody do not push out intrusion $number" \
		grep -q ": intrusion $number" "$scratch/held"
done
check "the first record is held, too" grep -q '"event":"loaded"' "$scratch/held"
check "losses in between are counted exactly" test "$(sum_of lost loss "$scratch/held")" = \
	"$(status_of overwritten)"
unload_module

# Here about 200 alerts fit.
insmod "$payload/shelltrap.ko" backlog_size=262144
"$scratch/attempts" nginx 1000 "$scratch/storm/sh" -c "exit 42" >/dev/null
wait_until 10 test "$(status_of hits)" = 1000
shelltrap replay --format json >"$scratch/held" 2>&1
alerts=$(count_of "exit 42" "$scratch/held") repeats=$(sum_of count repeats "$scratch/held")
echo "# $alerts alerts, $repeats repeats in $(count_of '"type":"repeats"' "$scratch/held") records"
check "1,000 execs that are alike are alerts and repeats" test $((alerts + repeats)) = 1000
check "most are repeats" test "$repeats" -gt 500
check "none of them is lost" test "$(status_of overwritten)" = 0
check "status counts them" test "$(status_of alerts)/$(status_of repeats)" = "$alerts/$repeats"

# The logger is stopped, and reads again while the execs go on.
file=$scratch/log.json
configure "[output file:$file]"
start_logger
wait_until 10 has_newest "$file"
kill -STOP "$logger"
"$scratch/attempts" nginx 600 "$scratch/storm/sh" -c "exit 43" >/dev/null
"$scratch/attempts" nginx 600 "$scratch/storm/sh" -c "exit 43" >/dev/null &
attempts=$!
kill -CONT "$logger"
wait "$attempts"
check "the logger catches up" wait_until 30 has_newest "$file"
check "its file has all of 1,200 execs as alerts or repeats" test \
	$(($(count_of "exit 43" "$file") + $(sum_of count repeats "$file") - repeats)) = 1200
check "each number is there once" log_is_complete "$file" --no-loss
stop_logger
remove_logs
