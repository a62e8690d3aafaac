#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A CGI script that starts with "#!/bin/sh" is a shell under the web server. It raises one
# alert, though the kernel calls the hook for the script and again for its interpreter.

. "${0%/*}/lib.sh"

load_module
answer=$(curl -sS -m 30 -D "$scratch/head" http://127.0.0.1:8080/cgi-bin/hello.cgi)
header()
{
	tr -d '\r' <"$scratch/head" | sed -n "s/^$1: //p"
}

check "apache: the CGI script answers" test "$answer" = "hello from a script"
expect "apache: a shell script raises one alert, with the script and its interpreter" 1 \
	rule=webserver_shell_exec comm=apache2 verdict=observed \
	pathname=/usr/lib/cgi-bin/hello.cgi interpreter=/bin/sh \
	file.path=/usr/lib/cgi-bin/hello.cgi \
	process.pid="$(header X-Pid)" process.exe="$(readlink -f /bin/sh)" process.comm=hello.cgi \
	process.argv.0=/bin/sh process.argv.1=/usr/lib/cgi-bin/hello.cgi \
	process.cwd=/usr/lib/cgi-bin process.user=www-data \
	server.pid="$(header X-Server)" server.comm=apache2 server.exe=/usr/sbin/apache2
