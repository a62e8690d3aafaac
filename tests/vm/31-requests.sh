#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Which client made the request: the alert names the true client, or has it among the
# candidates, and "exact" is never wrong. The client binds its port, so the test knows it. The
# kernel itself gives none below 32768 to a client.
# limit: 300 s

. "${0%/*}/lib.sh"
. "${0%/*}/web.sh"

load_module
client=127.0.0.1

# attack PAGE PORT [HOW COMMAND]: has a page run a command; the connection comes from PORT.
attack()
{
	curl -sS -m 30 -o "$scratch/page" --local-port "$2" -G "$1" \
		--data-urlencode "how=${3:-system}" --data-urlencode "cmd=${4:-id}"
}

# names_client PROMISE PORT CONDITION...: each shell has the client among its candidates.
names_client()
{
	local promise=$1 port=$2
	shift 2

	expect "$promise" --only process.argv.0=sh 1 "request.clients~\"$client:$port\"" "$@"
}

# nginx_workers NUMBER: how many workers nginx has.
nginx_workers()
{
	sed -i "s/^worker_processes .*/worker_processes $1;/" /etc/nginx/nginx.conf
	systemctl restart nginx
}

attack http://127.0.0.1/run.php 30001
names_client "nginx and php-fpm: the only client is named, and it is exact" 30001 \
	'request.certainty=exact' "request.client=$client:30001" "request.local=$client:80" \
	'request.more=0' 'request.via.0.comm=nginx' 'request.sources~socket.*proxy-socket'

nginx_workers 1
hold 20 80
attack http://127.0.0.1/run.php 30002
expect "nginx and php-fpm: with 20 other clients, there are only candidates" \
	--only process.argv.0=sh 1 'request.certainty=candidates' '!request.client' \
	'request.via.0.comm=nginx' 'request.clients.1' \
	"request.clients~$client:30002"
let_go

# Two workers share the port: all others may be clients of the one that does not serve the
# attack. Then the attack's client is the only one of its worker, and certain.
nginx_workers 2
hold 20 80
attack http://127.0.0.1/run.php 30005
expect "two nginx workers: with 20 other clients, no other client is exact" \
	--only process.argv.0=sh 1 "request.clients~$client:30005" \
	"request.client~^(null|$client:30005)$"
let_go

# The attack comes by a UNIX socket, and a client of TCP is idle beside.
sed -i 's|listen 80 .*|&\nlisten unix:/run/nginx-lab.sock;|' /etc/nginx/sites-enabled/default
nginx_workers 1
hold 1 80
curl -sS -m 30 -o "$scratch/page" --unix-socket /run/nginx-lab.sock -G http://lab/run.php \
	--data-urlencode how=system --data-urlencode cmd=id
expect "nginx with a client of a UNIX socket: the client of TCP beside it is not exact" \
	--only process.argv.0=sh 1 '!request.client' 'request.certainty=candidates'
let_go
sed -i '/nginx-lab.sock/d' /etc/nginx/sites-enabled/default

nginx_workers auto

# nginx passes requests on by TCP, on 81 to php-fpm, and on 82 to Apache. The kernel does not say
# who has the other end of such a connection.
php_by_tcp 81
cat >/etc/nginx/sites-enabled/apache <<-'END'
	server {
		listen 82;
		location / { proxy_pass http://127.0.0.1:8080; }
		location /nginx/ { proxy_pass http://127.0.0.1:81/; }
	}
END
nginx_workers 1
attack http://127.0.0.1:81/run.php 30010
names_client "nginx and php-fpm by TCP: the only client is named, and it is exact" 30010 \
	'request.certainty=exact' "request.client=$client:30010" "request.local=$client:81" \
	'request.more=0' 'request.via.0.comm=nginx' 'request.sources~socket.*proxy-socket'
attack http://127.0.0.1:82/run.php 30011
names_client "nginx and Apache: the only client is named, and it is exact" 30011 \
	'request.certainty=exact' "request.client=$client:30011" 'request.via.0.comm=nginx'
attack http://127.0.0.1:82/nginx/run.php 30012
names_client "nginx, nginx and php-fpm: the client is named, and it is not exact" 30012 \
	'request.certainty=candidates' 'request.via.0.comm=nginx'
hold 20 81
attack http://127.0.0.1:81/run.php 30013
expect "nginx and php-fpm by TCP: with 20 other clients, there are only candidates" \
	--only process.argv.0=sh 1 'request.certainty=candidates' '!request.client' \
	'request.via.0.comm=nginx' 'request.clients.1' "request.clients~$client:30013"
let_go

# The program outlives its request. Another client of the same worker is idle beside.
chmod go+rx "$scratch"
install -d -o www-data "$scratch/outlives"
hold 1 81
attack http://127.0.0.1:81/run.php 30014 system \
	"(sleep 0.5; sh -c ': late; touch $scratch/outlives/end') >/dev/null 2>&1 &"
check "witness: the program has outlived its request" wait_until 30 test -e "$scratch/outlives/end"
expect "nginx and php-fpm by TCP: a program that outlives its request has no exact client" \
	--only "process.argv.2~^: late" 1 '!request.client' 'request.certainty~candidates|none'
let_go
rm -r "$scratch/outlives"

# More processes than a search examines: who has the other end remains unknown.
systemctl set-property --runtime "$fpm_unit" TasksMax=infinity
crowd='for (1..1100) { fork // die or do { sleep 600; exit } } sleep 600'
attack http://127.0.0.1:81/run.php 30015 system "perl -e '$crowd' >/dev/null 2>&1 &"
is_crowd() { (($(pgrep -c -u www-data perl) > 1100)); }
check "witness: a crowd of processes below php-fpm" wait_until 60 is_crowd
attack http://127.0.0.1:81/run.php 30016
expect "nginx and php-fpm by TCP: in a crowd that an attacker has forked, no client is exact" \
	--only process.argv.0=sh --only process.argv.-1=id 1 '!request.client' \
	'request.certainty=candidates' 'request.more=null'
pkill -u www-data perl
rm /etc/nginx/sites-enabled/apache
php_by_socket
nginx_workers auto

attack http://127.0.0.1:8080/run.php 30003
names_client "Apache with mod_php: the client is exact" 30003 \
	'request.certainty=exact' "request.client~$client:30003" '!request.via.0'

curl -sS -m 30 -o "$scratch/page" --local-port 30004 -A "a hostile agent" \
	-H 'X-Forwarded-For: 198.51.100.7' 'http://127.0.0.1:8080/cgi-bin/ping.cgi?127.0.0.1%3Bid'
expect "Apache with mod_cgi: the environment fills in the request" \
	--only process.comm=ping.cgi 1 "request.clients~$client:30004" 'request.method=GET' \
	'request.uri~ping.cgi' 'request.user_agent=a hostile agent' \
	'request.forwarded_for=198.51.100.7' 'request.sources~environ'
