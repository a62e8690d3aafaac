#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A server is recognized by each of its names and by descent; a shell by the name in the exec,
# by the name of its file, and by its interpreter.

. "${0%/*}/lib.sh"

load_module

ln -sf /bin/sh "$scratch/innocent"
as nginx "$scratch/innocent" -c :
expect "a symbolic link to a shell is a shell, by the name of its file" \
	1 rule=webserver_shell_exec "pathname=$scratch/innocent" "process.argv.0=$scratch/innocent"

cp "$(readlink -f /bin/true)" "$scratch/zsh"
as nginx "$scratch/zsh"
expect "a program with the name of a shell is a shell" \
	1 rule=webserver_shell_exec "pathname=$scratch/zsh"

printf '#!/bin/bash\n:\n' >"$scratch/page"
chmod +x "$scratch/page"
as nginx "$scratch/page"
expect "a script raises one alert, by its interpreter; the alert's file is the script" \
	1 rule=webserver_shell_exec "pathname=$scratch/page" interpreter=/bin/bash \
	"file.path=$scratch/page" "process.exe=$(readlink -f /bin/bash)"

printf '#!%s\n' "$scratch/page" >"$scratch/outer"
chmod +x "$scratch/outer"
as nginx "$scratch/outer"
expect "a script whose interpreter is a script raises one alert" \
	1 rule=webserver_shell_exec "pathname=$scratch/outer" interpreter=/bin/bash \
	"file.path=$scratch/outer"

printf '#!/bin/bash\n:\n' >"$scratch/tcsh"
chmod +x "$scratch/tcsh"
as nginx "$scratch/tcsh"
expect "a script with the name of a shell raises one alert" \
	1 rule=webserver_shell_exec "pathname=$scratch/tcsh" interpreter=/bin/bash

python_as nginx 'import os; os.execve(os.open("/bin/dash", os.O_RDONLY | os.O_CLOEXEC), ["x"], {})' \
	</dev/null
expect "a shell that is executed by file descriptor is a shell, by the name of its file" \
	1 rule=webserver_shell_exec pathname~^/dev/fd/ "process.exe=$(readlink -f /bin/dash)"

python_as http-nio-8080-exec-1 'import os; os.system(":")'
expect "a Tomcat thread is a server by its name, which the kernel truncates" \
	1 rule=webserver_shell_exec comm=http-nio-8080-e server.matched=comm

python_as httpd-foreground 'import os; os.system(":")'
expect "a server with a long name is a server by its truncated name" \
	1 rule=webserver_shell_exec comm=httpd-foregroun

python_as nginx '
import os, threading
def work():
    open("/proc/thread-self/comm", "w").write("worker")
    os.system(":")
thread = threading.Thread(target=work)
thread.start()
thread.join()'
expect "the child of a thread with another name has its thread group as ancestor" \
	1 rule=webserver_shell_exec comm=worker server.comm=nginx server.matched=ancestor

python_as nginx '
import os, threading
def work():
    open("/proc/thread-self/comm", "w").write("worker")
    os.execv("/bin/sh", ["sh", "-c", ":"])
thread = threading.Thread(target=work)
thread.start()
thread.join()'
expect "a thread with another name that calls exec is a server by its leader's name" \
	1 rule=webserver_shell_exec comm=worker server.matched=leader

cp "$(readlink -f /usr/bin/python3)" "$scratch/php-fpm"
mark
as init "$scratch/php-fpm" -c "$serve"'
import os
serve("python3")
open("/proc/self/comm", "w").write("innocent")
os.execv("/bin/sh", ["sh", "-c", ":"])'
expect "a server that has renamed itself is a server by its executable" \
	--only rule=webserver_shell_exec 1 comm=innocent server.matched=exe \
	"server.exe=$scratch/php-fpm"

python_as nginx '
import subprocess
subprocess.run(["timeout", "20", "env", "setsid", "sh", "-c", ":"], check=True)'
expect "a shell that helper programs start hits webserver_shell_exec only, by its ancestor" \
	--only rules~webserver_shell_exec 1 rules='["webserver_shell_exec"]' server.matched=ancestor server.comm=nginx comm=setsid

python_as nginx '
import os, sys
def descend(depth):
    if depth == 0:
        open("/proc/self/comm", "w").write("deep")
        os.execv("/bin/sh", ["sh", "-c", ":"])
    open("/proc/self/comm", "w").write("level-%d" % depth) if depth < 10 else None
    pid = os.fork()
    if pid == 0:
        descend(depth - 1)
    os.waitpid(pid, 0)
    os._exit(0)
descend(10)'
expect "a shell ten levels below a server hits webserver_shell_exec" 1 rules='["webserver_shell_exec"]' comm=deep \
	server.comm=nginx server.matched=ancestor

as cron sh -c 'sh -c "sh -c :"'
expect_none "shells below cron raise no alert"

# Init scripts, cron jobs and hooks have the name of the server that they manage.
mkdir -p "$scratch/init.d" "$scratch/bin"
printf '#!/bin/sh\nid -u\nsh -c :\n' | tee "$scratch/init.d/nginx" >"$scratch/bin/nginx"
sed '1s|.*|#!/usr/bin/env bash|' "$scratch/bin/nginx" >"$scratch/init.d/uwsgi"
printf '#!/usr/bin/python3\nimport os\nos.system("id -u")\n' >"$scratch/init.d/haproxy"
chmod +x "$scratch"/{init.d,bin}/*
for name in nginx uwsgi haproxy; do
	check "witness: a script called $name runs" test "$("$scratch/init.d/$name")" = 0
	expect_none "a script with the name of the server $name is not a server"
done
"$scratch/bin/nginx" >/dev/null
expect "a shell script with a server's name in a directory of programs may be one: a shell is of medium severity" \
	--only rules~shell 1 comm=nginx 'rules=["illegitimate_shell"]' severity=medium '!server'
by_name nginx /bin/sh -c "sh -c :; id >/dev/null"
expect "a process that only has a server's name raises illegitimate_shell, and nothing else" 1 \
	'rules=["illegitimate_shell"]' severity=medium comm=nginx '!server'
as php-fpm "$scratch/init.d/nginx" >/dev/null
expect "a shell script that a server runs is a shell, and its child is one, too" --only rules~webserver_shell_exec 2

# busybox is many programs in one.
as nginx busybox sh -c :
expect "busybox sh is a shell" 1 rule=webserver_shell_exec process.argv.1=sh \
	comm=nginx verdict=observed pathname~busybox
python_as nginx 'import os; os.execv("/bin/busybox", ["/any/where/sh", "-c", ":"])'
expect "busybox with an argv[0] of sh is a shell" 1 rule=webserver_shell_exec \
	'rules=["webserver_shell_exec","illegitimate_shell"]'
as nginx busybox true
as nginx busybox echo sh >/dev/null
busybox sh -c :
expect_none "busybox as another program, or without a server, raises no alert"
printf '#!/bin/busybox sh\n:\n' >"$scratch/applet"
chmod +x "$scratch/applet"
as nginx "$scratch/applet"
expect "a script with busybox sh as its interpreter is a shell" 1 rule=webserver_shell_exec pathname="$scratch/applet"

# For execs outside a server's lineage the module first compares the beginning of the name;
# names of one to five bytes test the limits of this comparison.
cat >"$scratch/short.conf" <<'END'
[set short]
names = x xy xyz wxyz vwxyz

[rule short_start]
target = short
severity = low
END
check "a policy with names of one to five bytes loads" shelltrap policy load --replace \
	"$payload/userspace/conf/policy.conf" "$scratch/short.conf"
mkdir "$scratch/short"
for name in x xy xyz wxyz vwxyz; do
	cp "$(readlink -f /bin/true)" "$scratch/short/$name"
	ln -s /bin/true "$scratch/$name"
	ln -s "short/$name" "$scratch/to-$name"
	"$scratch/short/$name"
	"$scratch/$name"
	"$scratch/to-$name"
	(cd "$scratch/short" && PATH=. exec "$name")
	expect "$name matches by its path, as a link, by the link's file, without a directory" \
		4 rule=short_start process.exe~/ "pathname~$name\$"
done
for name in v w wx wxy xx xyzz vwxy uvwxyz; do
	cp "$(readlink -f /bin/true)" "$scratch/short/$name"
	"$scratch/short/$name"
done
expect_none "names that are one byte longer or shorter do not match"
