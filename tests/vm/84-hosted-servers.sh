#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Servers that a runtime hosts are known by what it runs: by its command line when it
# starts, and when the module or a policy finds it running. A runtime alone is nobody.
# The servers here are scripts of their names; the real ones are attacked elsewhere.

. "${0%/*}/lib.sh"

app=$scratch/app
mkdir -p "$app"

# Once told to go, it has a child start a shell. Its name is no server's.
cat >"$app/gunicorn" <<'END'
import os, sys, time
if os.path.exists("/run/lab/scratch/hold"):
    if "title" in sys.argv:
        # What setproctitle does: writes over the arguments.
        import ctypes
        with open("/proc/self/stat") as f:
            start, end = map(int, f.read().rsplit(")", 1)[1].split()[45:47])
        title = b"gunicorn: master [app]"
        ctypes.memset(start, 0, end - start)
        ctypes.memmove(start, title, len(title))
    worker = os.fork()
    if worker:
        os.waitpid(worker, 0)
        os._exit(0)
    open("/run/lab/scratch/ready", "w").write("x")
    while os.path.exists("/run/lab/scratch/hold"):
        time.sleep(0.05)
if os.fork() == 0:
    os.execv("/bin/sh", ["sh", "-c", ":"])
os.wait()
END
cp "$app/gunicorn" "$app/gunicorn.py"
cp "$app/gunicorn" "$app/tool"
printf 'if (!fork) { exec "/bin/sh", "-c", ":" } wait;\n' >"$app/starman"
python3=$(readlink -f /usr/bin/python3)

load_module
expect_server()
{
	expect "$1" 1 rule=webserver_shell_exec 'rules=["webserver_shell_exec"]' \
		server.matched=lineage "${@:2}"
}

python3 "$app/gunicorn"
expect_server "python3 that runs a script gunicorn is a server" comm=python3 server.comm=python3
(cd "$app" && python3 -u -W ignore -X utf8 -m gunicorn --workers 2)
expect_server "one that runs a module, behind options with values"
(cd "$app" && exec -a "a name of its own" "$python3" gunicorn)
expect_server "by the executable's own name, whatever it is called"
perl -I lib "$app/starman"
expect_server "perl that runs starman"
env setsid -w nohup python3 "$app/gunicorn" 2>/dev/null
expect_server "started through other programs"
python3 -X "$(printf 'x%.0s' {1..20000})" "$app/gunicorn" 2>/dev/null
expect_server "behind 20,000 bytes of a value"

python3 "$app/tool" gunicorn
python3 "$app/tool" -m gunicorn
python3 "$app/gunicorn.py"
python3 -c 'import os
if os.fork() == 0: os.execv("/bin/sh", ["sh", "-c", ":"])
os.wait()' gunicorn
perl -e 'if (!fork) { exec "/bin/sh", "-c", ":" } wait;' starman
bash -c 'sh -c :' gunicorn
ln -s "$app/tool" "$app/link" && python3 "$app/link" gunicorn
expect_none "a runtime that runs something else is nobody, whatever it is told"

# hold NAME COMMAND...: a server that waits; $held is it.
hold()
{
	touch "$scratch/hold"
	rm -f "$scratch/ready"
	"$@" &
	held=$!
	check "(it runs)" wait_until 20 test -s "$scratch/ready"
}

release()
{
	rm -f "$scratch/hold"
	wait "$held"
}

unload_module
hold python3 "$app/gunicorn"
load_module
release
expect_server "one that was there before the module is known, and its worker with it"

unload_module
hold python3 "$app/gunicorn" title title title title
check "(it has a title)" grep -q '^gunicorn: master' "/proc/$held/cmdline"
load_module
release
expect_server "by its title, where it has written over its arguments"

hold python3 "$app/tool"
cat >"$scratch/hosted.conf" <<END
[set web_servers]
runs = python3*:$app/tool
END
check "a policy that names a script loads" shelltrap policy load /opt/shelltrap/userspace/conf/policy.conf "$scratch/hosted.conf"
release
expect_server "one that was there before the policy that names it is known"
python3 "$app/tool"
expect_server "and one that comes after"
(cd "$app" && python3 tool)
expect_none "a script named by its path is known by that path alone"

check "the policy is shown with it" grep -q "python3\*:$app/tool" <(shelltrap policy show)
check "no server was left out" test "$(status_of left_out)" = 0
