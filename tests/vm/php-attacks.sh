# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# The attacks on PHP, for all servers that run it. To be sourced after lib.sh; the caller
# sets $site, $comm (the name of the server's workers) and $unit.
# shellcheck disable=SC2154

. "${BASH_SOURCE[0]%/*}/web.sh"

# php_runs_shell HOW: PHP runs a command by the function HOW. This must raise one alert, with
# all facts about process, file and server.
php_runs_shell()
{
	local how=$1 answer worker
	# shellcheck disable=SC2016 # the attacked shell expands it
	local command='echo answer $((6 * 7)); :'

	answer=$(get run.php how="$how" cmd="$command")
	worker=$(answer_header X-Pid)
	check "$comm: $how() sends the output to the attacker" test "$answer" = "answer 42"
	expect "$comm: $how() raises one alert of both shell rules, the critical one first" 1 \
		rule=webserver_shell_exec severity=critical verdict=observed \
		'rules=["webserver_shell_exec","illegitimate_shell"]' \
		comm="$comm" pathname=/bin/sh interpreter=/bin/sh \
		process.comm=sh process.exe="$(readlink -f /bin/sh)" \
		process.argv.0=sh process.argv.1=-c process.argv.-1="$command" !process.argv_truncated \
		process.uid=33 process.gid=33 process.euid=33 process.user=www-data \
		process.cwd="$(answer_header X-Cwd)" \
		file.path="$(readlink -f /bin/sh)" file.mode=0755 file.uid=0 \
		server.pid="$worker" server.comm="$comm" server.exe="$(readlink "/proc/$worker/exe")" \
		server.matched=comm ancestors.0.pid="$worker" ancestors.-1.pid=1 \
		stdout.type=pipe cgroup.path="$(cgroup_of_unit)" '!container'
}

command_injection()
{
	local answer

	answer=$(get ping.php host="127.0.0.1; id")
	check "$comm: an injected command's output reaches the attacker" \
		grep -q '^uid=33(www-data)' <<<"$answer"
	expect "$comm: an injected command raises one shell alert with the whole command line" \
		--only rules~webserver_shell_exec 1 \
		rule=webserver_shell_exec comm="$comm" \
		process.argv.-1="ping -c 1 -W 1 127.0.0.1; id"
}

pages_without_exec()
{
	check "$comm: a static page is served" grep -q "It works" <(get index.html)
	check "$comm: a PHP page is served" grep -q "sum 500500" <(get plain.php)
	check "$comm: PHP can run a program that is not a shell" \
		grep -q "no shell here" <(get run.php how=proc_open_direct cmd=)
	expect_none "$comm: pages that start no shell raise nothing"
}

attack_php()
{
	local how

	pages_without_exec
	for how in system exec shell_exec passthru popen proc_open; do
		php_runs_shell "$how"
	done
	command_injection
}
