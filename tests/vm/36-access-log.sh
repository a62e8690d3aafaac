#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# --access-log finds the request of an alert in the log of nginx and of Apache: what was asked
# for is filled in, the true client is named or comes first among the candidates, and a client
# that is not certain does not become so. The client binds its port, so the test knows it.

. "${0%/*}/lib.sh"
. "${0%/*}/web.sh"

# Apache does not quote what a shell would expand.
# shellcheck disable=SC2016
nginx_format='$remote_addr $remote_port $pid [$msec] "$request" $status $request_time "$http_user_agent"'
apache_format='%{c}a %{remote}p [%{begin:usec}t] "%r" %>s %P %{tid}P %D "%{User-Agent}i"'
nginx_log=/var/log/nginx/lab.log
apache_log=/var/log/apache2/lab.log
client=127.0.0.1

# attack PORT URL COMMAND [AGENT]: has a page run a command; the connection comes from PORT.
attack()
{
	curl -sS -m 30 -o "$scratch/page" --local-port "$1" -A "${4:-an agent}" -G "$2" \
		--data-urlencode how=system --data-urlencode "cmd=$3"
}

# print_log OPTION...: what "log" says about the alerts that the kernel holds.
print_log()
{
	shelltrap replay --format json >"$scratch/alerts" &&
		shelltrap log --access-log "$nginx_log:$nginx_format" \
			--access-log "$apache_log:$apache_format" "$@" "$scratch/alerts"
}

# log_says LABEL CONDITION...: for the one shell that ran the LABEL, all conditions hold.
log_says()
{
	local label=$1
	shift

	print_log --format json >"$scratch/log" || return 1
	python3 -IS "$here/alerts.py" --only "process.argv.-1~$label" --only process.argv.0=sh 1 "$@" \
		<"$scratch/log"
}

log_fills_in()
{
	wait_until 10 log_says "$@"
}

is_refused()
{
	shelltrap log --access-log "$nginx_log:$1" /dev/null 2>"$scratch/err"
	(($? == 2)) && cat "$scratch/err" && (($(wc -l <"$scratch/err") == 1))
}

# No byte of a client reaches the terminal that could steer it.
text_is_clean()
{
	print_log --format text >"$scratch/text" && grep -q "request.*run.php" "$scratch/text" &&
		! grep -P '[\x00-\x08\x0b-\x1f\x7f]' "$scratch/text"
}

watch_has_request()
{
	python3 -IS "$here/alerts.py" --only process.argv.-1~watched --only process.argv.0=sh 1 \
		"request.client=$client:40105" 'request.uri~^/run.php.*watched' \
		'request.sources~access-log' <"$scratch/watch"
}

report_has_request()
{
	local seq

	print_log --format json >"$scratch/log"
	seq=$(jq -s 'map(select(.process.argv[-1] == ": crowd"))[0].seq' "$scratch/log")
	shelltrap report --output "$scratch/page.md" --format markdown \
		--access-log "$nginx_log:$nginx_format" "$seq" "$scratch/alerts" &&
		grep -q "run.php.*crowd" "$scratch/page.md"
}

printf "log_format lab '%s';\naccess_log %s lab;\n" "$nginx_format" "$nginx_log" \
	>/etc/nginx/conf.d/lab.conf
printf 'LogFormat "%s" lab\nCustomLog %s lab\n' "${apache_format//\"/\\\"}" "$apache_log" \
	>/etc/apache2/conf-enabled/lab.conf
# With two workers, the one that serves the attack may be one that none of the others uses.
sed -i 's/^worker_processes .*/worker_processes 1;/' /etc/nginx/nginx.conf
systemctl restart nginx apache2
load_module

# Apache refuses such a header, nginx takes it.
attack 40101 http://127.0.0.1/run.php ': alone' $'evil\e[31m\xff"agent'
check "nginx and php-fpm: an exact client stays, and the log fills in what was asked for" \
	log_fills_in ': alone' request.certainty=exact "request.client=$client:40101" \
	request.method=GET 'request.uri~^/run.php.*alone' 'request.user_agent~^evil' \
	'request.sources~proxy-socket.*access-log' 'request.via.0.comm=nginx'
hold 20 80
attack 40102 http://127.0.0.1/run.php ': crowd'
check "with 20 other clients it stays a candidate, and comes first" \
	log_fills_in ': crowd' request.certainty=candidates '!request.client' \
	"request.clients.0=$client:40102" 'request.uri~^/run.php.*crowd' \
	'request.sources~access-log'
check "report has it, too" report_has_request
let_go
attack 40103 http://127.0.0.1:8080/run.php ': apache'
check "Apache: the line of that process fills in" \
	log_fills_in ': apache' request.certainty=exact "request.client=$client:40103" \
	request.method=GET 'request.uri~^/run.php.*apache' 'request.sources~access-log'
# The shell goes on after its request: the process serves another one by then.
attack 40104 http://127.0.0.1:8080/run.php '(sleep 1; sh -c ": late") >/dev/null 2>&1 &'
for i in 1 2 3 4 5 6; do
	curl -sS -o "$scratch/page" "http://127.0.0.1:8080/run.php?how=system&cmd=:%20other$i"
	sleep 0.3
done
check "a shell that outlives its request is not taken for that of the next one" \
	log_fills_in '^: late$' '!request.uri~other' "request.clients~(^\[\]|$client:40104)"
gzip <"$nginx_log" >"$nginx_log.2.gz"
: >"$nginx_log"
check "a rotated log, compressed, is read, too" \
	log_fills_in ': alone' 'request.uri~^/run.php.*alone'
check "what a client has sent does not steer the terminal" text_is_clean
check "a format without a time is one line, and exit code 2" is_refused '%h %r'
check "a name that is no format is one line, and exit code 2" is_refused combind
start_watch "$scratch/watch" --access-log "$nginx_log:$nginx_format"
attack 40105 http://127.0.0.1/run.php ': watched'
check "watch waits a moment for the line, and has the request" wait_until 10 watch_has_request
stop_watch
sed -i 's/^worker_processes .*/worker_processes auto;/' /etc/nginx/nginx.conf
rm -f /etc/nginx/conf.d/lab.conf /etc/apache2/conf-enabled/lab.conf "$nginx_log"* "$apache_log"
systemctl restart nginx apache2
