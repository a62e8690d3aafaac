#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# PHP in processes that lighttpd starts: the same promises as under php-fpm. Debian's
# lighttpd starts shells of its own accord, when it reads its configuration: that is told,
# too, unless there is an exception for it.
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
expect "lighttpd: it checks its configuration, starts, and starts PHP" \
	--only 'rules=["webserver_exec"]' 3 severity=high 'pathname~/(lighttpd|php-cgi)$'
attack_php

# From Debian 13 on, what takes no arguments needs no shell.
scripts=6
! grep -qE 'bullseye|bookworm' /etc/os-release || scripts=8
systemctl restart lighttpd
check "lighttpd: it is there again" wait_until 100 answers
expect "lighttpd: the scripts of its configuration are told, each with its shell, twice" \
	--only 'rules!=["webserver_exec"]' "$scripts" process.uid=0 server.comm=lighttpd \
	'process.argv~/usr/share/lighttpd/(use-ipv6|create-mime\.conf)\.pl'

check "lighttpd: there can be exceptions for them" shelltrap policy load \
	"$payload/userspace/conf/policy.conf" "$here/policies/lighttpd.conf"
systemctl restart lighttpd
check "lighttpd: it is there again, with exceptions" wait_until 100 answers
expect "lighttpd: with these its start is told as that, and nothing else" 3 'rules=["webserver_exec"]'
command_injection
