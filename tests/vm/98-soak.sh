#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A long mixed load: five attacks a second through nginx and php-fpm, pages that start no shell,
# servers that start shells, another policy each minute, a logger that is killed, a module that is
# unloaded and loaded, and the commands of an administrator in random order. Each attack is in the
# logger's file exactly once, nothing is lost, no command hangs or crashes, and the kernel's memory
# does not grow. (tests/vm/run checks that the kernel reports no bug.)
#
# It takes five minutes, or SHELLTRAP_SOAK seconds (see scripts/lab/boot).
# limit: 5400 s

. "${0%/*}/lib.sh"
. "${0%/*}/log.sh"
. "${0%/*}/web.sh"

long=$(sed -n 's/.*\blab\.soak=\([0-9]*\).*/\1/p' /proc/cmdline)
long=${long:-300}
site=http://127.0.0.1
file=$scratch/log.json
shipped=$payload/userspace/conf/policy.conf
small=$scratch/small.conf
# While this file exists, the attacker waits.
pause=$scratch/pause
attacks=$scratch/attacks
# What the administrator's commands may end with, see EXIT STATUS in shelltrap(8).
documented=" 0 1 2 3 4 "

# A policy with fewer names and one exception, in which the attacks are alerts all the same.
cat >"$small" <<'POLICY'
[set shells]
names -= fish nu xonsh

[rule no_alert_of_the_soak]
actor = web_servers
target = shells
argv = sh -c 'exit 7'
action = allow
POLICY

# Attacks five times a second; $attacks has a line for each that is done.
attack_forever()
{
	local number=0

	while :; do
		if [[ -e $pause ]]; then
			touch "$pause.seen"
			wait_until 120 test ! -e "$pause"
			rm -f "$pause.seen"
		fi
		get run.php how=system cmd=": storm web $number." >/dev/null
		echo "$number" >>"$attacks"
		number=$((number + 1))
		sleep 0.15
	done
}

browse_forever()
{
	while :; do
		get index.html >/dev/null
		get plain.php >/dev/null
		get run.php how=proc_open_direct cmd= >/dev/null
		sleep 0.1
	done
}

# Hits that no one counts: they go on while the module is unloaded.
start_shells_forever()
{
	while :; do
		as nginx /bin/sh -c ': uncounted'
		sleep 0.3
	done
}

# Prints the arguments of a command that an administrator might enter.
any_command()
{
	local -a commands=(
		"status" "status --json" "status --servers" "status --prometheus"
		"replay --lines 5" "replay --format ecs --lines 5" "held" "release 1"
		"log --lines 5 $file" "summary $file" "report --output $scratch/report.html $file"
		"policy show" "policy check" "policy diff" "policy learn $file"
		"policy load --replace $shipped" "policy load --replace $shipped $small"
		"policy load --observe 1 --replace $shipped" "policy load --dry-run $shipped"
		"policy except $(status_of seq_oldest)" "policy explain --seq $(status_of seq_oldest)"
		"policy load --replace $scratch/missing.conf" "selftest --timeout 20"
		"evidence 1 --output $scratch/evidence.tar" "watch --timeout 1 --count 3"
		"logger --check --config $scratch/log.conf"
	)

	echo "${commands[RANDOM % ${#commands[@]}]}"
}

administer_forever()
{
	local status words

	while :; do
		read -ra words < <(any_command)
		status=0
		timeout 60 shelltrap "${words[@]}" >"$scratch/admin.out" 2>&1 </dev/null || status=$?
		echo "$status ${words[*]}" >>"$scratch/administered"
		if [[ $documented != *" $status "* ]]; then
			echo "status $status: shelltrap ${words[*]}"
			tail -n 5 "$scratch/admin.out"
		fi >>"$scratch/failed"
		sleep "0.$((RANDOM % 9))"
	done
}

# Prints in KiB what the kernel has allocated for itself.
kernel_memory()
{
	awk '/^(SUnreclaim|VmallocUsed|Percpu|KernelStack):/ { sum += $2 } END { print sum }' /proc/meminfo
}

attacker_waits()
{
	[[ -e $pause.seen ]]
}

last_attack_is_written()
{
	grep -q ": storm web $(tail -n 1 "$attacks")\." "$file"
}

# The attacker waits until his last attack is in the file, and until the module is back. $memory
# is the kernel's memory without the module.
swap_module()
{
	touch "$pause"
	wait_until 60 attacker_waits || not_ok "the attacker waits"
	wait_until 60 last_attack_is_written || not_ok "the last attack before an unload is written"
	if ! wait_until 60 unload_module; then
		not_ok "the module unloads under load"
	fi
	memory=$(kernel_memory)
	load_module || not_ok "the module loads under load"
	swaps=$((swaps + 1))
	rm "$pause"
}

# is_written NUMBER: has this attack or a later one been written?
is_written()
{
	local newest

	newest=$(tail -n 200 "$file" | sed -n 's/.*: storm web \([0-9]*\)\..*/\1/p' | tail -n 1)
	((${newest:--1} >= $1))
}

# Remembers the most that a logger has had resident, and kills it. Another one that listens, as
# "watch" does, is not the logger: only what it has written shows that it is there again.
restart_logger()
{
	local peak

	peak=$(resident_of VmHWM)
	((peak <= highest)) || highest=$peak
	kill_logger
	start_logger
	wait_until 60 is_written "$(($(tail -n 1 "$attacks") + 2))" || not_ok "a new logger writes"
}

# The logger goes on after the last line of a file that it finds.
remove_logs
load_module
configure "[output file:$file]" "format = json"
start_logger
wait_until 10 is_listening
: >"$attacks"
: >"$scratch/failed"
attack_forever &
attacker=$!
others=()
for load in browse_forever start_shells_forever administer_forever; do
	"$load" >/dev/null 2>&1 &
	others+=("$!")
done

swaps=0 highest=0 memory=0 first=""
minute=$((long < 600 ? long / 5 : 60))
while ((SECONDS < long)); do
	sleep "$((RANDOM % (minute / 2) + minute / 4))"
	restart_logger
	sleep "$((minute / 4))"
	shelltrap policy load --replace "$shipped" "$small" >/dev/null
	if ((RANDOM % 2)); then restart_logger; fi
	swap_module
	first=${first:-$memory}
	shelltrap policy load --replace "$shipped" >/dev/null
done

touch "$pause"
check "the attacker's last request ends" wait_until 60 attacker_waits
kill "$attacker" "${others[@]}"
wait "$attacker" "${others[@]}" 2>/dev/null
check "the logger catches up" wait_until 60 has_newest "$file"
count=$(wc -l <"$attacks")
echo "# $count attacks, $(wc -l <"$scratch/administered") commands, $swaps unloads, the kernel's" \
	"memory without the module: first $first KiB, last $memory KiB; the loggers had at most" \
	"$highest KiB; $SECONDS s"
check "each of $count attacks is in the file exactly once, and none is lost" \
	log_is_complete "$file" --no-loss "web=$count"
check "each command ends in time, with a documented status" diff /dev/null "$scratch/failed"
check "the kernel's memory has grown by less than 8 MiB" test "$((memory - first))" -lt 8192
check "no logger has had more than 24 MiB" test "$highest" -lt 24576
check "the logger exits with 0 on SIGTERM" stop_logger
rm -rf "$pause" "$pause.seen" "$attacks" "$scratch"/{failed,administered,admin.out,report.html,evidence.tar}
remove_logs
