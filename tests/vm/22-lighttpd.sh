#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# PHP in processes that lighttpd starts: the same promises as with php-fpm. Debian's lighttpd
# itself starts shells when it reads its configuration: they raise alerts, unless there is an
# exception for them.
#
# lab: servers
# limit: 300 s

. "${0%/*}/lib.sh"
. "${0%/*}/server-attacks.sh"
. "${0%/*}/php-attacks.sh"

load_module
name=lighttpd comm=php-cgi
site=http://127.0.0.1
plain=plain.php
start_unit lighttpd
expect "lighttpd: its configuration check, its start and PHP's start raise webserver_exec" \
	--only 'rules=["webserver_exec"]' 3 severity=high 'pathname~/(lighttpd|php-cgi)$'
attack_php

# They run before lighttpd listens, when only its name says that it is a server. From Debian 13
# on, lighttpd starts scripts without arguments directly.
scripts=2
! grep -qE 'bullseye|bookworm' /etc/os-release || scripts=4
systemctl restart lighttpd
check "lighttpd: it serves after a restart" wait_until 100 answers
expect "lighttpd: the shells of its configuration's scripts raise alerts" \
	--only 'rules!=["webserver_exec"]' "$scripts" process.uid=0 comm=lighttpd server=null \
	'rules=["illegitimate_shell"]' severity=medium \
	'process.argv~/usr/share/lighttpd/(use-ipv6|create-mime\.conf)\.pl'

check "lighttpd: a policy with exceptions for these scripts loads" shelltrap policy load --replace \
	"$payload/userspace/conf/policy.conf" "$here/policies/lighttpd.conf"
systemctl restart lighttpd
check "lighttpd: it serves after a restart with the exceptions" wait_until 100 answers
expect "lighttpd: with the exceptions its start raises only webserver_exec" 3 'rules=["webserver_exec"]'
command_injection
