# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# What the attacks on a web server share: requesting a page, other clients beside, and a reload
# under attack. The caller of get and cgroup_of_unit sets $site and $unit, and that of
# reload_under_attack $run and $server_comm, too.
# shellcheck disable=SC2154

# get PAGE [NAME=VALUE]...: prints the body of the response; its headers are in
# $scratch/head.
get()
{
	local page=$1 field
	local -a query=()
	shift

	for field in "$@"; do
		query+=(--data-urlencode "$field")
	done
	curl -sS -m 30 -D "$scratch/head" -G "$site/$page" "${query[@]}"
}

# answer_header NAME: prints this header of the last response.
answer_header()
{
	tr -d '\r' <"$scratch/head" | sed -n "s/^$1: //p"
}

# Prints the unit's cgroup, which the server's workers are in, too.
cgroup_of_unit()
{
	systemctl show --value -p ControlGroup "$unit"
}

# hold COUNT PORT: opens connections that ask for nothing, and keeps them until let_go.
hold()
{
	python3 - "$1" "$2" <<-'PYTHON' &
	import signal, socket, sys
	kept = [socket.create_connection(("127.0.0.1", int(sys.argv[2]))) for _ in range(int(sys.argv[1]))]
	print("held", file=open("/run/held", "w"))
	signal.pause()
	PYTHON
	holder=$!
	wait_until 100 test -s /run/held
}

let_go()
{
	kill "$holder"
	wait "$holder" 2>/dev/null
	rm -f /run/held
}

# workers UNIT: prints the PIDs of the children of the unit's process.
workers()
{
	pgrep -P "$(systemctl show --value -p MainPID "$1")" | sort
}

# has_other_workers UNIT BEFORE
has_other_workers()
{
	[[ -n $(comm -13 <(echo "$2") <(workers "$1")) ]]
}

# reload_under_attack COMMAND...: COMMAND renews the server, while an attacker's shell runs below
# one of its processes, which then listens no longer. $run is the page that runs ?cmd=.
reload_under_attack()
{
	local attack before command flight=$scratch/flight

	before=$(workers "$unit")
	chmod go+rx "$scratch"
	rm -rf "$flight"
	install -d -o www-data "$flight"
	command="touch $flight/begun; until test -e $flight/go; do sleep 0.1; done; sh -c 'echo late'"
	get "$run" cmd="$command" >"$scratch/late" &
	attack=$!
	check "witness: a shell waits below $server_comm" wait_until 30 test -e "$flight/begun"
	"$@"
	check "witness: $server_comm has new workers" wait_until 60 has_other_workers "$unit" "$before"
	settle >/dev/null
	touch "$flight/go"
	wait "$attack"
	check "witness: the old process of $server_comm answers" grep -qx late "$scratch/late"
	expect "$server_comm: after a reload, a shell below an old process raises an alert" \
		--only rules~shell 1 rule=webserver_shell_exec process.argv.-1="echo late" comm=sh \
		server.comm="$server_comm"
}

# php_by_tcp PORT: nginx also listens on PORT, and passes its requests to a second pool of php-fpm,
# by TCP.
php_by_tcp()
{
	local pool

	fpm_unit=$(systemctl list-units --plain --no-legend 'php*-fpm.service' | cut -d ' ' -f 1)
	pool=${fpm_unit//[!0-9.]/}
	fpm_pools=/etc/php/${pool%.}/fpm/pool.d
	sed 's|^\[www\]|[tcp]|; s|^listen = .*|listen = 127.0.0.1:9000|' "$fpm_pools/www.conf" \
		>"$fpm_pools/tcp.conf"
	sed "s/listen 80 default_server/listen $1/; s|unix:/run/php/php-fpm.sock|127.0.0.1:9000|" \
		/etc/nginx/sites-available/default >/etc/nginx/sites-enabled/tcp
	systemctl restart "$fpm_unit" nginx
}

# Undoes php_by_tcp.
php_by_socket()
{
	rm "$fpm_pools/tcp.conf" /etc/nginx/sites-enabled/tcp
	systemctl restart "$fpm_unit" nginx
}
