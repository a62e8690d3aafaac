# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# The attacks on a server that hosts an application of ours (apps/), whatever language
# it is of. To be sourced after lib.sh, with these set:
#
#	$site $unit	where it answers, and its systemd unit
#	$name		what the promises call it
#	$user		who it runs as
#	$comm		the name of who calls exec
#	$server_comm	the name of the server, if that is another
#	$server		which process it is: the worker, or the main one of the unit
#	$shell_rules	the rules that its shells hit
#	$run $start	the pages that run ?cmd= by a shell, ?argv=&argv= without one
#	$plain $good	a page that starts nothing, and what it says
# shellcheck disable=SC2154,SC2034

. "${BASH_SOURCE[0]%/*}/web.sh"

apps=$here/apps
both_shell_rules='["webserver_shell_exec","illegitimate_shell"]'
lineage_rules='["webserver_shell_exec"]'
site=http://127.0.0.1:8000
user=www-data run=run start=start plain=plain good="sum 500500"
shell_rules=$both_shell_rules server=worker

answers()
{
	curl -fsS -m 30 "$site/$plain" 2>&1 | grep -q "$good"
}

# start_service NAME COMMAND...: starts COMMAND as that unit, in the folder of the
# applications, and waits for its answer.
start_service()
{
	unit=$1.service
	shift
	systemd-run --quiet --collect --unit="$unit" -p User="$user" -p WorkingDirectory="$apps" "$@"
	check "$name: it starts, and a good page is served" wait_until 100 answers
}

start_unit()
{
	unit=$1.service
	systemctl start "$unit"
	check "$name: it starts, and a good page is served" wait_until 200 answers
}

# COUNT programs that are servers were run, and nothing else.
start_is_told()
{
	expect "$name: its start is told as that, and nothing else" "$1" 'rules=["webserver_exec"]'
}

stop_server()
{
	[[ -z ${unit:-} ]] || systemctl stop "$unit"
}

server_pid()
{
	case $server in
	main) systemctl show --value -p MainPID "$unit" ;;
	worker) answer_header X-Pid ;;
	esac
}

shell_is_told()
{
	# shellcheck disable=SC2016 # the attacked shell is to expand it
	local answer command='echo answer $((6 * 7)); :'

	answer=$(get "$run" cmd="$command")
	check "$name: a shell gives the attacker its output" test "$answer" = "answer 42"
	expect "$name: it is one alert with the whole command line, the server and its unit" 1 \
		rule=webserver_shell_exec severity=critical verdict=observed "rules=$shell_rules" \
		comm="$comm" pathname=/bin/sh interpreter=/bin/sh process.comm=sh \
		process.argv.-1="$command" process.user="$user" server.comm="${server_comm:-$comm}" \
		server.pid="$(server_pid)" cgroup.path="$(cgroup_of_unit)"
}

# Who serves, but is known to nobody as a server.
shell_is_not_told()
{
	check "$name: a shell gives whoever asks its output" \
		grep -q "^uid=$(id -u "$user")($user)" <(get "$run" cmd="true; id")
	expect_none "$name: and nobody is told"
}

injected_command_is_told()
{
	check "$name: an injected command's output reaches the attacker" \
		grep -q "^uid=$(id -u "$user")($user)" <(get "$run" cmd="true; id")
	expect "$name: what the shell has started is told of as the server's" \
		--only pathname~/id$ 1 'rules=["webserver_sysutil_exec"]' comm=sh \
		server.comm="${server_comm:-$comm}" process.user="$user"
}

# starts RULE SEVERITY PROGRAM [ARGUMENT...]: what the application starts without a
# shell is told by that rule alone.
starts()
{
	local rule=$1 severity=$2
	shift 2

	get "$start" "${@/#/argv=}" >"$scratch/answer"
	expect "$name: $1 without a shell is told: $rule" 1 "rules=[\"$rule\"]" \
		severity="$severity" verdict=observed comm="$comm" process.exe="$(readlink -f "$(command -v "$1")")" \
		process.user="$user" server.comm="${server_comm:-$comm}"
}

no_shell_is_needed()
{
	local tool=/usr/local/lib/lab-tool

	get "$start" argv=/bin/echo argv=hello >"$scratch/answer"
	check "$name: a program that is no shell does its work" grep -q '^hello$' "$scratch/answer"
	expect_none "$name: and raises nothing"
	starts webserver_sysutil_exec medium /usr/bin/id
	check "$name: its output has reached the attacker" grep -q "($user)" "$scratch/answer"
	starts webserver_interpreter_exec high /usr/bin/perl -e 1
	install -o "$user" -m 755 "$(readlink -f /bin/true)" "$tool"
	starts webserver_dropped_exec critical "$tool" now
	rm "$tool"
}

attack_server()
{
	shell_is_told
	injected_command_is_told
	no_shell_is_needed
}

# A server has begun before the module knows of it.
attack_older_server()
{
	unload_module
	load_module
	name="$name, started before the module"
	shell_is_told
	injected_command_is_told
}

trap 'stop_server; leave_nothing_behind' EXIT
