#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The unit of "shelltrap ask" that ships works within its sandbox: php-fpm says which request
# its worker serves, and the alert has it, with the hash of the script.
# limit: 400 s

. "${0%/*}/lib.sh"
. "${0%/*}/log.sh"
. "${0%/*}/web.sh"
. "${0%/*}/ask.sh"

site=http://127.0.0.1 run=run.php
page=/var/www/html/run.php
unit=$(systemctl list-units --plain --no-legend 'php*-fpm.service' | cut -d ' ' -f 1)
pool=/etc/php/${unit//[!0-9.]/}
pool=${pool%.}/fpm/pool.d/www.conf

# process_has FIELD VALUE: in /proc/PID/status of the service.
process_has()
{
	grep "^$1:" "/proc/$(systemctl show --value -p MainPID shelltrap-ask)/status" |
		tee /dev/stderr | grep -qw "$2$"
}

may_not_connect()
{
	! runuser -u www-data -- python3 -c "import socket
socket.socket(socket.AF_UNIX).connect('/run/shelltrap-ask.socket')"
}

cp "$pool" "$scratch/pool"
echo "pm.status_path = /status" >>"$pool"
systemctl restart "$unit"
load_module
start_asking
check "systemd finds no fault in the units" \
	systemd-analyze verify --man=no shelltrap-ask.service shelltrap-ask.socket
check "the command line of the server is filled in" \
	fills_in 'server.command~php-fpm: pool www' '!request.uri' '!request.script'
set_key fpm_status /run/php/php-fpm.sock:/status
check "method, URI and script of the worker's request are filled in, and the script's hash" \
	fills_in 'server.command~php-fpm: pool www' request.certainty=exact \
	request.client~^127.0.0.1: request.method=GET 'request.uri~^/run.php\?how=system&cmd=sleep' \
	"request.script=$page" "request.script_file.sha256=$(sha256sum <"$page" | cut -d ' ' -f 1)" \
	"request.script_file.mode=$(stat -c 0%a "$page")" \
	"request.script_file.user=$(stat -c %U "$page")" 'request.sources~socket.*fpm-status'
# These are the five capabilities of the unit.
check "the service can get no other capability" process_has CapBnd 00000000000800e4
check "the service cannot gain privileges" process_has NoNewPrivs 1
check "the service's system calls are filtered" process_has Seccomp 2
check "a server cannot ask the service" may_not_connect
set_key script_roots /srv
check "a script below no listed directory is named and not read" \
	fills_in "request.script=$page" 'request.script_file.not_read=not below a document root' \
	'!request.script_file.sha256'
set_key ask no
stop_asking
cp "$scratch/pool" "$pool"
systemctl restart "$unit"
