#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A server is one by any of its names and by descent; a shell is one by the name it
# is called by, by its file's own name, and by its interpreter.

. "${0%/*}/lib.sh"

# server_says NAME PROGRAM: a python that is called NAME and runs PROGRAM.
server_says()
{
	python3 -c "open('/proc/self/comm', 'w').write('$1')
$2"
}

load_module

ln -sf /bin/sh "$scratch/innocent"
as nginx "$scratch/innocent" -c :
expect "a shell behind a link of another name is a shell by its file's name" \
	1 rule=webserver_shell_exec "pathname=$scratch/innocent" "process.argv.0=$scratch/innocent"

cp "$(readlink -f /bin/true)" "$scratch/zsh"
as nginx "$scratch/zsh"
expect "a program that is called like a shell is taken for one" \
	1 rule=webserver_shell_exec "pathname=$scratch/zsh"

printf '#!/bin/bash\n:\n' >"$scratch/page"
chmod +x "$scratch/page"
as nginx "$scratch/page"
expect "a script is one alert, by its interpreter, and the file is the script" \
	1 rule=webserver_shell_exec "pathname=$scratch/page" interpreter=/bin/bash \
	"file.path=$scratch/page" "process.exe=$(readlink -f /bin/bash)"

printf '#!%s\n' "$scratch/page" >"$scratch/outer"
chmod +x "$scratch/outer"
as nginx "$scratch/outer"
expect "a script run by a script is still one alert" \
	1 rule=webserver_shell_exec "pathname=$scratch/outer" interpreter=/bin/bash \
	"file.path=$scratch/outer"

printf '#!/bin/bash\n:\n' >"$scratch/tcsh"
chmod +x "$scratch/tcsh"
as nginx "$scratch/tcsh"
expect "an exec that is a shell in each of its rounds is one alert" \
	1 rule=webserver_shell_exec "pathname=$scratch/tcsh" interpreter=/bin/bash

server_says nginx 'import os; os.execve(os.open("/bin/dash", os.O_RDONLY | os.O_CLOEXEC), ["x"], {})' \
	</dev/null
expect "a shell started by a descriptor is a shell by its file's name" \
	1 rule=webserver_shell_exec pathname~^/dev/fd/ "process.exe=$(readlink -f /bin/dash)"

server_says http-nio-8080-exec-1 'import os; os.system(":")'
expect "a Tomcat worker is known by the name the kernel cuts" \
	1 rule=webserver_shell_exec comm=http-nio-8080-e server.matched=comm

server_says httpd-foreground 'import os; os.system(":")'
expect "so is a server whose whole name is too long" \
	1 rule=webserver_shell_exec comm=httpd-foregroun

server_says nginx '
import os, threading
def work():
    open("/proc/thread-self/comm", "w").write("worker")
    os.system(":")
thread = threading.Thread(target=work)
thread.start()
thread.join()'
expect "a thread of another name counts by its group: as ancestor, for its child has left it" \
	1 rule=webserver_shell_exec comm=worker server.comm=nginx server.matched=ancestor

server_says nginx '
import os, threading
def work():
    open("/proc/thread-self/comm", "w").write("worker")
    os.execv("/bin/sh", ["sh", "-c", ":"])
thread = threading.Thread(target=work)
thread.start()
thread.join()'
expect "and by its leader, when it execs itself" \
	1 rule=webserver_shell_exec comm=worker server.matched=leader

cp "$(readlink -f /usr/bin/python3)" "$scratch/php-fpm"
mark
as init "$scratch/php-fpm" -c '
import os
open("/proc/self/comm", "w").write("innocent")
os.execv("/bin/sh", ["sh", "-c", ":"])'
expect "a server that has renamed itself is one by its executable" \
	--only rule=webserver_shell_exec 1 comm=innocent server.matched=exe \
	"server.exe=$scratch/php-fpm"

server_says nginx '
import subprocess
subprocess.run(["timeout", "20", "env", "setsid", "sh", "-c", ":"], check=True)'
expect "a shell behind helpers counts by its ancestor, and only as that" \
	--only rules~webserver_shell_exec 1 rules='["webserver_shell_exec"]' server.matched=ancestor server.comm=nginx comm=setsid

server_says nginx '
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
expect "ten levels down it still does" 1 rules='["webserver_shell_exec"]' comm=deep \
	server.comm=nginx server.matched=ancestor

as cron sh -c 'sh -c "sh -c :"'
expect_none "shells of shells of cron are nobody's business"

# Init scripts, cron jobs and hooks are called like the server that they look after.
mkdir -p "$scratch/init.d" "$scratch/bin"
printf '#!/bin/sh\nid -u\nsh -c :\n' | tee "$scratch/init.d/nginx" >"$scratch/bin/nginx"
chmod +x "$scratch"/{init.d,bin}/nginx
check "a shell script looks after a server" test "$("$scratch/init.d/nginx")" = 0
expect_none "and is none for its name"
"$scratch/bin/nginx" >/dev/null
expect "but may be what starts one, where programs are" --only rules~webserver_shell_exec \
	1 comm=nginx server.matched=comm
as php-fpm "$scratch/init.d/nginx" >/dev/null
expect "run by a server it is a shell, and so is what it runs" --only rules~webserver_shell_exec 2

# A program that is many.
as nginx busybox sh -c :
expect "busybox asked to be a shell is one" 1 rule=webserver_shell_exec process.argv.1=sh \
	comm=nginx verdict=observed pathname~busybox
python_as nginx 'import os; os.execv("/bin/busybox", ["/any/where/sh", "-c", ":"])'
expect "by whatever argument it goes" 1 rule=webserver_shell_exec \
	'rules=["webserver_shell_exec","illegitimate_shell"]'
as nginx busybox true
as nginx busybox echo sh >/dev/null
busybox sh -c :
expect_none "asked to be something else it is not, nor for anybody but a server"
printf '#!/bin/busybox sh\n:\n' >"$scratch/applet"
chmod +x "$scratch/applet"
as nginx "$scratch/applet"
expect "a script for it is one for a shell" 1 rule=webserver_shell_exec pathname="$scratch/applet"

# What nobody's server starts is looked at by how its name begins.
cat >"$scratch/short.conf" <<'END'
[set short]
names = x xy xyz wxyz vwxyz

[rule short_start]
target = short
severity = low
END
check "a policy knows names of one to five bytes" shelltrap policy load \
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
	expect "$name is told of, by its path, by a link, by its file behind one, without a folder" \
		4 rule=short_start process.exe~/ "pathname~$name\$"
done
for name in v w wx wxy xx xyzz vwxy uvwxyz; do
	cp "$(readlink -f /bin/true)" "$scratch/short/$name"
	"$scratch/short/$name"
done
expect_none "and what is one byte more or less is not"
