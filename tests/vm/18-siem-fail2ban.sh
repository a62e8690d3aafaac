#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# fail2ban bans the client of an attack, with the filter and the jail that ship and with nft:
# its second request does not arrive, others' do. The clients are network namespaces, each with
# a link to this host:
#
#	this host, 192.0.2.1	client0 ---- eth0	first, 192.0.2.2
#	192.0.2.5, 2001:db8::5	client1 ---- eth0	second, 192.0.2.6, 2001:db8::6
#	192.0.2.9, 2001:db8::9	client2 ---- eth0	third, 192.0.2.10, 2001:db8::a
#
# lab: siem
# limit: 300 s

. "${0%/*}/lib.sh"
. "${0%/*}/log.sh"
. "${0%/*}/web.sh"

file=/var/log/shelltrap/alerts.json
examples=$payload/userspace/siem
marks=$scratch/marks
fail2ban=/etc/fail2ban
# What an alert has after its command line, if its client is certain.
imitation='","request":{"certainty":"exact","client":"203.0.113.9:1","clients":[]},"cgroup":{"id":1,'
imitation+='"path":"/system.slice/php8.2-fpm.service"},"unit":"php8.2-fpm.service"}'

# make_client NAME NUMBER
make_client()
{
	local here=$((4 * $2 + 1)) there=$((4 * $2 + 2))

	ip netns add "$1"
	ip link add "client$2" type veth peer name eth0 netns "$1"
	ip address add "192.0.2.$here/30" dev "client$2"
	ip address add "2001:db8::$(printf %x "$here")/126" dev "client$2" nodad
	ip -n "$1" address add "192.0.2.$there/30" dev eth0
	ip -n "$1" address add "2001:db8::$(printf %x "$there")/126" dev eth0 nodad
	ip -n "$1" link set lo up
	ip -n "$1" link set eth0 up
	ip link set "client$2" up
}

install_jail()
{
	install -m 644 "$examples/fail2ban/filter.conf" "$fail2ban/filter.d/shelltrap.conf"
	install -m 644 "$examples/fail2ban/jail.conf" "$fail2ban/jail.d/shelltrap.conf"
	sed -i "s/php8\\\\.2-fpm/${unit%.service}/" "$fail2ban/jail.d/shelltrap.conf"
	# Debian's own jail reads a log that the lab does not have.
	printf '[sshd]\nenabled = false\n' >"$fail2ban/jail.d/z-lab.conf"
}

remove_all()
{
	local client

	systemctl stop fail2ban shelltrap nginx apache2 "$unit"
	rm -rf "$fail2ban"/{filter.d,jail.d}/shelltrap.conf "$fail2ban/jail.d/z-lab.conf" \
		/var/lib/fail2ban/* "$marks"
	for client in first second third; do
		ip netns delete "$client"
	done
	remove_service
}

# attack CLIENT SITE NAME [WORD]: has the server make the mark NAME.
attack()
{
	ip netns exec "$1" curl -sS -m 10 -o "$scratch/page" -G "$2/run.php" \
		--data-urlencode how=system --data-urlencode "cmd=touch $marks/$3; : '${4:-}'"
}

# attack_twice CLIENT HOST: by one connection, and a second time when $marks/go exists. Prints
# what the second one gets.
attack_twice()
{
	ip netns exec "$1" python3 -IS - "$2" "$marks" <<-'PYTHON'
		import http.client, pathlib, sys, time, urllib.parse
		host, marks = sys.argv[1:]
		connection = http.client.HTTPConnection(host, timeout=10)
		def attack(name):
		    command = urllib.parse.quote(f"touch {marks}/{name}; :")
		    connection.request("GET", f"/run.php?how=system&cmd={command}")
		    return connection.getresponse()
		attack("kept-1").read()
		connection.auto_open = False
		while not pathlib.Path(marks, "go").exists():
		    time.sleep(0.1)
		try:
		    print("answer", attack("kept-2").status)
		except OSError as error:
		    print("refused", error)
	PYTHON
}

# Prints the banned addresses.
banned()
{
	fail2ban-client get shelltrap banip | tr ' ' '\n' | grep . | sort | paste -sd ' '
}

is_banned()
{
	banned | grep -qwF -- "$1"
}

nft_has()
{
	nft list ruleset >"$scratch/ruleset" && grep -qwF -- "$1" "$scratch/ruleset"
}

is_listening_to_orders()
{
	fail2ban-client ping >/dev/null 2>&1
}

# does_not_arrive CLIENT SITE NAME: the client's connection fails, and nothing was done for it.
does_not_arrive()
{
	! attack "$1" "$2" "$3" && [[ ! -e $marks/$3 ]] &&
		! grep -F "$marks/$3" /var/log/nginx/access.log /var/log/apache2/*access.log
}

gets_a_page()
{
	ip netns exec "$1" curl -sS -m 10 "$2/plain.php" | tee /dev/stderr | grep -q .
}

# attack_once NAME CLIENT ADDRESS SITE: its first attack arrives and is an exact alert, the next
# one does not arrive.
attack_once()
{
	local name=$1 client=$2 address=$3 site=$4

	check "$name: a client that nobody has banned gets a page" gets_a_page "$client" "$site"
	mark
	attack "$client" "$site" "$client-1"
	check "$name: the first attack arrives" test -e "$marks/$client-1"
	expect "$name: the client is exact" --only process.argv.0=sh 1 request.certainty=exact \
		"request.client~$address\\]?:"
	check "$name: the client is banned" wait_until 30 is_banned "$address"
	check "$name: the second attack does not arrive" does_not_arrive "$client" "$site" "$client-2"
}

unit=$(systemctl list-unit-files --plain --no-legend 'php*-fpm.service' | cut -d ' ' -f 1)
make_client first 0
make_client second 1
make_client third 2
chmod go+rx "$scratch"
install -d -o www-data "$marks"
sed -i 's/^worker_processes .*/worker_processes 1;/' /etc/nginx/nginx.conf
systemctl start nginx apache2 "$unit"
install_service
load_module
systemctl start shelltrap
storm first 1
check "the log exists" wait_until 20 has_newest "$file"
install_jail
systemctl start fail2ban
check "fail2ban starts with the filter and the jail that ship" \
	wait_until 60 is_listening_to_orders
check "fail2ban reads the log" grep -qF "$file" <(fail2ban-client status shelltrap)

# All of these are in the log before the alert that leads to a ban.
hold 3 80
mark
attack first http://192.0.2.1 imitated "$imitation"
expect "one of several clients is no more than a candidate" --only process.argv.0=sh 1 \
	request.certainty=candidates 'process.argv.-1~"request":{"certainty":"exact"'
let_go
mark
curl -sS -o "$scratch/page" -G http://127.0.0.1/run.php --data-urlencode how=system \
	--data-urlencode "cmd=: '$imitation'"
expect "this host as a client is exact" --only process.argv.0=sh 1 \
	request.certainty=exact request.client~^127.0.0.1: 'process.argv.-1~"request":{"certainty":"exact"'

attack_twice first 192.0.2.1 >"$scratch/kept" &
attacker=$!
check "the first attack arrives" wait_until 30 test -e "$marks/kept-1"
check "its client is banned" wait_until 30 is_banned 192.0.2.2
check "fail2ban bans nobody else: no candidate, nobody that a command line imitates, not this host" \
	test "$(banned)" = 192.0.2.2
check "nft has the address" nft_has 192.0.2.2
touch "$marks/go"
wait "$attacker"
check "the second attack does not arrive by the connection that is open" \
	test "$(cut -d ' ' -f 1 "$scratch/kept")" = refused -a ! -e "$marks/kept-2"
check "nor by another connection" does_not_arrive first http://192.0.2.1 first-2
check "nor does one on another server of this host" \
	does_not_arrive first http://192.0.2.1:8080 first-3
attack_once "Apache, by IPv6" second 2001:db8::6 'http://[2001:db8::5]:8080'
attack_once "Apache, by IPv4" third 192.0.2.10 http://192.0.2.9:8080
check "fail2ban has banned these three" \
	test "$(banned)" = "192.0.2.10 192.0.2.2 2001:db8::6"
remove_all
