#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# More than two thousand attacks on Apache, and on nginx with php-fpm by a UNIX socket and by
# TCP, with 20 other clients beside or with few: the client that an alert calls exact is never
# wrong, and a client that waits for its answer is named or among the candidates.
# nightly
# limit: 1800 s

. "${0%/*}/lib.sh"
. "${0%/*}/web.sh"
. "${0%/*}/storm-of-requests.sh"

run='/run.php?how=system&cmd='
php_by_tcp 81
load_module
storm_of_requests "Apache, 20 others" 127.0.0.1:8080 "$run" /plain.php 500 4 20
storm_of_requests "Apache, 2 others" 127.0.0.1:8080 "$run" /plain.php 300 2 2
storm_of_requests "nginx and php-fpm, 20 others" 127.0.0.1:80 "$run" /plain.php 500 4 20
storm_of_requests "nginx and php-fpm, 1 other" 127.0.0.1:80 "$run" /plain.php 300 1 1
storm_of_requests "nginx and php-fpm, alone" 127.0.0.1:80 "$run" /plain.php 200 1 0
storm_of_requests "nginx and php-fpm by TCP, 20 others" 127.0.0.1:81 "$run" /plain.php 300 4 20
storm_of_requests "nginx and php-fpm by TCP, 1 other" 127.0.0.1:81 "$run" /plain.php 200 1 1
storm_of_requests "nginx and php-fpm by TCP, alone" 127.0.0.1:81 "$run" /plain.php 200 1 0
echo "# $attacks attacks"
php_by_socket
