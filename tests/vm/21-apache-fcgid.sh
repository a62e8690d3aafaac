#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# PHP in FastCGI processes that apache starts (mod_fcgid): the same promises as with php-fpm.
#
# lab: servers
# limit: 300 s

. "${0%/*}/lib.sh"
. "${0%/*}/server-attacks.sh"
. "${0%/*}/php-attacks.sh"

load_module
name="apache, mod_fcgid" comm=php-cgi
site=http://127.0.0.1:8080
plain=plain.php
start_unit apache2
start_is_reported 2
attack_php
