#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A server that a runtime hosts is recognized by what the runtime runs: by its command line,
# when the runtime starts, and when the module or a policy is loaded later. A runtime that
# runs something else is not a server. The servers here are small scripts with the names of
# servers, which listen on a UNIX socket; 24-*.sh attack the real ones.

. "${0%/*}/lib.sh"

app=$scratch/app
mkdir -p "$app"

# The script waits while the file "hold" exists, then its child starts a shell. The name of
# the process is that of the runtime, not of a server.
cat >"$app/gunicorn" <<'END'
import os, socket, sys, time
listening = socket.socket(socket.AF_UNIX)
listening.bind("")
listening.listen()
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
listen='use Socket; socket(L, AF_UNIX, SOCK_STREAM, 0); bind(L, pack("S", AF_UNIX)); listen(L, 1) or die;'
printf '%s if (!fork) { exec "/bin/sh", "-c", ":" } wait;\n' "$listen" >"$app/starman"
python3=$(readlink -f /usr/bin/python3)

load_module
expect_server()
{
	expect "$1" 1 rule=webserver_shell_exec 'rules=["webserver_shell_exec"]' \
		server.matched=runs "${@:2}"
}

python3 "$app/gunicorn"
expect_server "python3 that runs the script gunicorn is a server" comm=python3 server.comm=python3
(cd "$app" && python3 -u -W ignore -X utf8 -m gunicorn --workers 2)
expect_server "python3 -m gunicorn after options with values is a server"
(cd "$app" && exec -a "a name of its own" "$python3" gunicorn)
expect_server "python3 with another argv[0] that runs gunicorn is a server"
perl -I lib "$app/starman"
expect_server "perl that runs starman is a server"
env setsid -w nohup python3 "$app/gunicorn" 2>/dev/null
expect_server "python3 that other programs start with gunicorn is a server"
python3 -X "$(printf 'x%.0s' {1..20000})" "$app/gunicorn" 2>/dev/null
expect_server "python3 that runs gunicorn after an option of 20,000 bytes is a server"

python3 "$app/tool" gunicorn
python3 "$app/tool" -m gunicorn
python3 "$app/gunicorn.py"
python3 -c 'import os
if os.fork() == 0: os.execv("/bin/sh", ["sh", "-c", ":"])
os.wait()' gunicorn
perl -e "$listen"'if (!fork) { exec "/bin/sh", "-c", ":" } wait;' starman
bash -c 'sh -c :' gunicorn
ln -s "$app/tool" "$app/link" && python3 "$app/link" gunicorn
expect_none "a runtime that runs something else is not a server, whatever its arguments are"
sed 's/^listening.listen()//' "$app/gunicorn" >"$app/deaf"
mkdir "$app/deaf.d"
cp "$app/deaf" "$app/deaf.d/gunicorn"
python3 "$app/deaf.d/gunicorn"
expect_none "a runtime that runs a server's script is not a server before it listens"

# start_held COMMAND...: starts a server that waits until release; $held is its PID.
start_held()
{
	touch "$scratch/hold"
	rm -f "$scratch/ready"
	"$@" &
	held=$!
	check "witness: the server runs" wait_until 20 test -s "$scratch/ready"
}

release()
{
	rm -f "$scratch/hold"
	wait "$held"
}

unload_module
start_held python3 "$app/gunicorn"
load_module
release
expect_server "a server from before the module was loaded is known, and its worker, too"

unload_module
start_held python3 "$app/gunicorn" title title title title
check "witness: the server has overwritten its command line" grep -q '^gunicorn: master' "/proc/$held/cmdline"
load_module
release
expect_server "a server that has overwritten its command line is known by its title"

start_held python3 "$app/tool"
cat >"$scratch/hosted.conf" <<END
[set web_servers]
runs = python3*:$app/tool
END
check "a policy that names a script loads" shelltrap policy load --replace /opt/shelltrap/userspace/conf/policy.conf "$scratch/hosted.conf"
release
expect_server "a server from before its policy was loaded is known"
python3 "$app/tool"
expect_server "a server that starts after its policy was loaded is known"
(cd "$app" && python3 tool)
expect_none "runs with a path does not match another way to name the script"

check "policy show prints the member runs" grep -q "python3\*:$app/tool" <(shelltrap policy show)
check "no running server was left out" test "$(status_of left_out)" = 0
