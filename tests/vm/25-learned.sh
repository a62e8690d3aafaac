#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# From the alerts that a dozen applications raise, policy learn writes an exception for each.
# In force, they silence the same commands with names that were not seen, and nothing that an
# attacker makes of them.
#
#	browser --HTTP--> nginx --> php-fpm --system()--> sh -c COMMAND
#
# limit: 300 s

. "${0%/*}/lib.sh"
. "${0%/*}/php-attacks.sh"

site=http://127.0.0.1
shipped=$payload/userspace/conf/policy.conf

# What the applications run, with @word and @number for what differs.
commands=(
	'/usr/bin/convert -thumbnail @numberx90 /srv/mw/@word.jpg /tmp/transform_@number.jpg'
	'/usr/bin/diff3 -m /tmp/mw-@number /tmp/mw-x@number'
	'/usr/bin/ffmpeg -y -ss @number -i /srv/nc/@word.mp4 -vframes 1 /tmp/oc_@number'
	'/usr/sbin/sendmail -t -i -f@word@example.org'
	'/usr/bin/wp cron event run --path=/srv/wp/site@number'
	'/usr/bin/latex -no-shell-escape /tmp/tex/@word.tex'
	'/usr/bin/exiftool -json /srv/gallery/@word.png'
	'/usr/bin/wkhtmltopdf -q /tmp/i-@number.html /srv/pdf/@number.pdf'
	'/usr/bin/gs -q -dSAFER -r@number -sOutputFile=/srv/out/@word.png /srv/in/@word.pdf'
	'/usr/bin/aspell -a --lang=de /tmp/rc_@number'
	'/usr/lib/nagios/plugins/check_ping -H 10.0.0.@number -p 5'
	'/usr/bin/rrdtool graph /tmp/g-@number.png --start -@number'
)
count=${#commands[@]}

# run_all WORD NUMBER [MORE] [NAME=VALUE]: PHP runs each command, with MORE behind it, and with
# a variable of the environment.
run_all()
{
	local command page=run.php

	[[ -z ${4:-} ]] || page=env.php
	for command in "${commands[@]}"; do
		command=${command//@word/$1}
		get "$page" how=system cmd="${command//@number/$2}${3:-}" env="${4:-}" >/dev/null
	done
}

# Binaries that stand for those that the lab machine lacks: a script would start a shell.
stand_ins=()
for command in "${commands[@]}"; do
	program=${command%% *}
	[[ -e $program ]] && continue
	mkdir -p "${program%/*}"
	cp /bin/true "$program"
	stand_ins+=("$program")
done

load_module
run_all cat 10
run_all dog 250
run_all cow 99
expect "each command raises an alert" --only rules~webserver_shell_exec $((3 * count))

# Noon, so that this is no night.
TZ=LAB$((10#$(date -u +%H) - 12)) shelltrap policy learn --policy "$shipped" \
	"$scratch/between" >"$scratch/learned.conf"
check "learn writes one exception for each" \
	test "$(grep -c '^\[rule learned_' "$scratch/learned.conf")" = "$count"
check "learn leaves none out" test -z "$(grep '^# NOT LEARNED' "$scratch/learned.conf")"
check "what learn writes is fine" \
	grep -q ' rules: fine$' <(shelltrap policy check --replace "$shipped" "$scratch/learned.conf")
check "what learn writes is loaded" \
	shelltrap policy load --replace "$shipped" "$scratch/learned.conf"

run_all cat 10
run_all fish 7
expect_none "the exceptions silence each, also with names that were not seen"
check "each match is counted" test "$(status_of silenced)" = $((2 * count))

run_all cat 10 ";id"
expect "another command behind it raises an alert" --only rules~webserver_shell_exec "$count"
run_all "x -y" "1 -y"
expect "one more argument raises an alert" --only rules~webserver_shell_exec "$count"
run_all "../x" "../1"
expect "another directory raises an alert" --only rules~webserver_shell_exec "$count"
run_all cat 10 "" BASH_ENV=/tmp/x
expect "an environment that runs other code raises an alert" \
	--only rules~webserver_shell_exec "$count"

rm -f "${stand_ins[@]}"
