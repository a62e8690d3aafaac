# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# The attacks on a server that hosts one of the applications in apps/, in any language. To be
# sourced after lib.sh. The caller sets, where the defaults below do not match:
#
#	$site $unit	the server's URL and its systemd unit
#	$name		the server's name in the promises
#	$user		the user it runs as
#	$comm		the name of the process that calls exec
#	$server_comm	the name of the server's process, if it differs from $comm
#	$server		which process the server is: "worker", or "main" of the unit
#	$shell_rules	the rules that a shell under the server hits
#	$run $start	the pages that run ?cmd= with a shell, and ?argv=&argv= without a shell
#	$plain $good	a page that starts no program, and a text on this page
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

# start_service NAME COMMAND...: starts COMMAND as the unit NAME, in the directory of the
# applications, and waits until it answers.
start_service()
{
	unit=$1.service
	shift
	systemd-run --quiet --collect --unit="$unit" -p User="$user" -p WorkingDirectory="$apps" "$@"
	check "$name: it starts and serves a page" wait_until 100 answers
}

start_unit()
{
	unit=$1.service
	systemctl start "$unit"
	check "$name: it starts and serves a page" wait_until 200 answers
}

# start_is_reported COUNT: the start executed COUNT programs of web servers.
start_is_reported()
{
	expect "$name: its start raises webserver_exec and no other rule" "$1" 'rules=["webserver_exec"]'
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

shell_is_reported()
{
	# shellcheck disable=SC2016 # the attacked shell expands it
	local answer command='echo answer $((6 * 7)); :'

	answer=$(get "$run" cmd="$command")
	check "$name: a shell sends its output to the attacker" test "$answer" = "answer 42"
	expect "$name: a shell raises one alert with command line, server and unit" 1 \
		rule=webserver_shell_exec severity=critical verdict=observed "rules=$shell_rules" \
		comm="$comm" pathname=/bin/sh interpreter=/bin/sh process.comm=sh \
		process.argv.-1="$command" process.user="$user" server.comm="${server_comm:-$comm}" \
		server.pid="$(server_pid)" cgroup.path="$(cgroup_of_unit)"
}

# For a server that the policy does not know as one.
shell_is_not_reported()
{
	check "$name: a shell sends its output to the client" \
		grep -q "^uid=$(id -u "$user")($user)" <(get "$run" cmd="true; id")
	expect_none "$name: a shell raises no alert"
}

injected_command_is_reported()
{
	check "$name: an injected command's output reaches the attacker" \
		grep -q "^uid=$(id -u "$user")($user)" <(get "$run" cmd="true; id")
	expect "$name: a program that the shell starts raises an alert that names the server" \
		--only pathname~/id$ 1 'rules=["webserver_sysutil_exec"]' comm=sh \
		server.comm="${server_comm:-$comm}" process.user="$user"
}

# program_is_reported RULE SEVERITY PROGRAM [ARGUMENT...]: the application starts PROGRAM
# without a shell, which hits RULE and no other rule.
program_is_reported()
{
	local rule=$1 severity=$2
	shift 2

	get "$start" "${@/#/argv=}" >"$scratch/answer"
	expect "$name: $1 without a shell raises $rule" 1 "rules=[\"$rule\"]" \
		severity="$severity" verdict=observed comm="$comm" process.exe="$(readlink -f "$(command -v "$1")")" \
		process.user="$user" server.comm="${server_comm:-$comm}"
}

programs_are_reported()
{
	local tool=/usr/local/lib/lab-tool

	get "$start" argv=/bin/echo argv=hello >"$scratch/answer"
	check "$name: a harmless program runs" grep -q '^hello$' "$scratch/answer"
	expect_none "$name: a harmless program raises no alert"
	program_is_reported webserver_sysutil_exec medium /usr/bin/id
	check "$name: the output of id reaches the attacker" grep -q "($user)" "$scratch/answer"
	program_is_reported webserver_interpreter_exec high /usr/bin/perl -e 1
	install -o "$user" -m 755 "$(readlink -f /bin/true)" "$tool"
	program_is_reported webserver_dropped_exec critical "$tool" now
	rm "$tool"
}

attack_server()
{
	shell_is_reported
	injected_command_is_reported
	programs_are_reported
}

# The server was started before the module was loaded.
attack_older_server()
{
	unload_module
	load_module
	name="$name, started before the module"
	shell_is_reported
	injected_command_is_reported
}

trap 'stop_server; clean_up' EXIT
