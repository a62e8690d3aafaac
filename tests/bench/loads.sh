# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# The loads whose instructions are counted: vfork, exec, exit and wait of a tiny static
# program; and a fork. To be sourced after lib.sh.
# shellcheck disable=SC2154

programs=/usr/bin
tiny=$programs/tiny

build_programs()
{
	mkdir -p "$programs/junk"
	ip address add 192.0.2.1/32 dev lo
	ip address add 192.0.2.2/32 dev lo
	compile_spawn &&
		compile_tiny "$tiny" &&
		cp "$tiny" "$programs/unlisted" &&
		ln -f "$tiny" "$programs/zsh" &&
		echo "no program" >"$programs/junk/zsh" &&
		chmod +x "$programs/junk/zsh"
}

# What a web server gives a CGI program: 24 variables.
cgi_environment=(
	PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/var/www USER=www-data
	LANG=C.UTF-8 GATEWAY_INTERFACE=CGI/1.1 SERVER_PROTOCOL=HTTP/1.1 SERVER_SOFTWARE=nginx/1.22.1
	SERVER_NAME=www.example.org SERVER_ADDR=192.0.2.7 SERVER_PORT=443 REQUEST_METHOD=POST
	REQUEST_URI=/upload/resize.php?width=640 REQUEST_SCHEME=https QUERY_STRING=width=640
	DOCUMENT_ROOT=/var/www/html DOCUMENT_URI=/upload/resize.php SCRIPT_NAME=/upload/resize.php
	SCRIPT_FILENAME=/var/www/html/upload/resize.php REMOTE_ADDR=203.0.113.5 REMOTE_PORT=51332
	HTTP_HOST=www.example.org HTTP_ACCEPT=text/html HTTP_ACCEPT_LANGUAGE=en-GB
	"HTTP_USER_AGENT=Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
)

# run_load LOAD COUNT: a server or another process executes a shell, another program, or a
# file that cannot be executed, or only forks. See profile for the LOADs.
run_load()
{
	local shell=$programs/zsh run=(env -i) server=()

	[[ $1 != shell-cgi ]] || run+=("${cgi_environment[@]}")
	server=("${run[@]}" "$scratch/nginx" "$2")
	case $1 in
	other | deny) "${run[@]}" "$scratch/bystander" "$2" "$tiny" ;;
	server-other) "${server[@]}" "$programs/unlisted" ;;
	shell | shell-cgi) "${server[@]}" "$shell" ;;
	shell-10) "${server[@]}" "$shell" 10 1 ;;
	shell-30) "${server[@]}" "$shell" 30 1 ;;
	shell-100) "${server[@]}" "$shell" 100 10 ;;
	shell-1000) "${server[@]}" "$shell" 1000 30 ;;
	shell-proxy) "${server[@]}" "$shell" 30 1p ;;
	shell-clients) "${server[@]}" "$shell" 1010 1000 ;;
	excepted*) "${server[@]}" "$shell" 4 0 -c "convert /srv/in/photo.jpg -resize 640 /srv/out/photo.png" ;;
	refused) "${server[@]}" "$programs/junk/zsh" ;;
	fork) "${run[@]}" "$scratch/bystander" "$2" ;;
	server-fork) "${server[@]}" ;;
	listen) "${run[@]}" "$scratch/bystander" "$2" listen ;;
	server-listen) "${server[@]}" listen ;;
	*) return 2 ;;
	esac
}

# with_exceptions NUMBER PATTERN: prints the built-in policy with NUMBER exceptions for the command
# line of the loads "excepted*"; it fits the last one. PATTERN is that command line, in which "@"
# stands for the number of the exception.
with_exceptions()
{
	local i

	cat "$scratch/default"
	printf '\n[set measured_shell]\npaths = %s\n' "$programs/zsh"
	for ((i = $1 - 1; i >= 0; i--)); do
		printf '\n[rule exception%d]\nactor = web_servers\ntarget = measured_shell\n' "$i"
		printf 'argv = %s -c "%s"\naction = allow\n' "$programs/zsh" "${2//@/${i#0}}"
	done
}

# Writes the policies: the built-in one, one without any action, one that denies, and the
# built-in one with exceptions.
make_policies()
{
	load_module
	shelltrap policy show >"$scratch/default"
	sed 's/^action = .*/action = off/' "$scratch/default" >"$scratch/idle"
	sed '/^\[rule webserver_shell_exec\]/,/^action/s/^action = .*/action = deny/' \
		"$scratch/default" >"$scratch/deny"
	with_exceptions 1 "convert /srv/in/photo.jpg -resize 640 /srv/out/photo.png" >"$scratch/excepted"
	with_exceptions 50 "convert@ /srv/in/{word}.jpg -resize {number} {file:/srv}" >"$scratch/excepted-50"
	unload_module
}

# name_of LOAD: what the tables call it.
name_of()
{
	case $1 in
	other) echo "exec that hits nothing" ;;
	server-other) echo "exec under a server that hits nothing" ;;
	shell) echo "exec of a shell by a server" ;;
	excepted*) echo "the same with a command line" ;;
	fork) echo "fork and exit of others" ;;
	server-fork) echo "fork and exit under a server" ;;
	*) return 2 ;;
	esac
}

# shortest LOAD: prints the instructions of the shortest iteration of some hundred.
shortest()
{
	run_load "$1" 300 | cut -d " " -f 2
}

# count_bare LOAD...: counts each without the module, for "added".
declare -A bare
count_bare()
{
	local load

	for load in "$@"; do
		bare[$load]=$(for i in 1 2 3; do shortest "$load"; done | sort -n | sed -n 2p)
	done
}

# added LOAD NAME: prints the figure of what LOAD takes more than bare.
added()
{
	local i

	for i in 1 2 3; do
		echo $(($(shortest "$1") - ${bare[$1]}))
	done | figure "$2" "instructions added"
}
