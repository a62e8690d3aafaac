#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# PHP in apache's own processes (mod_php): the same promises as with php-fpm,
# also below a process that has stopped listening, as after a graceful restart.

. "${0%/*}/lib.sh"
. "${0%/*}/php-attacks.sh"

load_module
site=http://127.0.0.1:8080
unit=apache2.service
comm=apache2
attack_php

run="run.php?how=system" server_comm=apache2
reload_under_attack apachectl graceful
php_runs_shell system
