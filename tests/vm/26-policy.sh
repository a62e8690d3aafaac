#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A policy has its effect from the moment it is loaded, each kind of member and condition
# matches what it says, and "policy show" prints what was loaded.
#
# limit: 600 s

. "${0%/*}/lib.sh"

shipped=$payload/userspace/conf/policy.conf

# load_policy: loads the policy on stdin.
load_policy()
{
	cat >"$scratch/policy.conf"
	shelltrap policy load --replace "$scratch/policy.conf"
}

# The output of "policy show", loaded again, is the same policy.
shown_loads_the_same()
{
	shelltrap policy show >"$scratch/shown" &&
		shelltrap policy load --replace "$scratch/shown" >/dev/null &&
		shelltrap policy show | diff "$scratch/shown" -
}

load_module
shelltrap policy show >"$scratch/built-in"
check "the shipped policy loads" shelltrap policy load --replace "$shipped"
check "the shipped policy is the built-in one" diff "$scratch/built-in" <(shelltrap policy show)
check "the shown built-in policy loads as the same policy" shown_loads_the_same

tool=$scratch/tool typed=$scratch/typed
mkdir -p "$scratch/elsewhere"
chmod 755 "$scratch" "$scratch/elsewhere"
cp /bin/true "$tool"
ln -f "$tool" "$scratch/elsewhere/by-another-name"
cp "$tool" "$scratch/elsewhere/a-copy"
rm -f "$typed"
check "a policy with all kinds of members and conditions loads" load_policy <<END
[set ones]
names = first-name second-*
	"third name"
[set tasks]
comms = "only a task"
include = ones
[set by_path]
paths = $tool $typed
[set shells]
names = sh
[set sentinels]
names = nginx

[rule sentinel]
actor = sentinels
scope = self
target = shells
[rule by_path]
title = A tool
threat = TA0002/T1059 TA0003/T1505.003
reference = https://example.org/a
target = by_path
severity = low
[rule by_name]
actor = tasks
scope = self
target = shells
[rule by_ancestor]
actor = tasks
scope = ancestors
target = shells
severity = high
[rule by_uid]
target = shells
uid = 65534
[rule by_cgroup]
target = shells
cgroup = /policy-test
[rule connected]
stdio = connected-socket
target = shells
severity = critical
[rule dropped]
file = dropped
actor = tasks
scope = self
[rule quiet]
target = ones
action = off
END
check "a shown policy with all of these loads as the same policy" shown_loads_the_same

"$scratch/elsewhere/by-another-name"
expect "paths match the same file under another name" 1 rule=by_path severity=low 'rules=["by_path"]' \
	threat.1.technique=T1505.003
"$scratch/elsewhere/a-copy"
expect_none "paths do not match a copy of the file"
cp "$tool" "$typed"
"$typed"
expect "paths match a file that was created later, by its literal path" 1 rule=by_path
(cd "$scratch" && ./typed)
expect_none "paths do not match a file that was created later, by a relative path"
check "the policy loads again" shelltrap policy load --replace "$scratch/policy.conf"
(cd "$scratch" && ./typed)
expect "after the policy is loaded again, paths match that file" 1 rule=by_path

as first-name /bin/sh -c :
expect "names match a task's name" 1 rule=by_ancestor 'rules=["by_ancestor","by_name"]'
as second-to-none /bin/sh -c :
expect "names match a prefix" 1 rule=by_ancestor
as "third name" /bin/sh -c :
expect "names match a name with a space" 1 rule=by_ancestor
as "only a task" /bin/sh -c :
expect "comms match a task's name" 1 rule=by_ancestor
python_as first-name 'import subprocess; subprocess.run(["env", "/bin/sh", "-c", ":"])'
expect "a rule with scope = ancestors matches an ancestor's name" 1 'rules=["by_ancestor"]'
cp "$tool" "$scratch/first-name"
"$scratch/first-name"
expect_none "a rule with action = off raises no alert"

setpriv --reuid 65534 --clear-groups /bin/sh -c :
expect "uid matches the user" 1 'rules=["by_uid"]' process.uid=65534
mkdir -p /sys/fs/cgroup/policy-test/below
(
	echo "$BASHPID" >/sys/fs/cgroup/policy-test/below/cgroup.procs
	exec /bin/sh -c :
)
expect "cgroup matches a cgroup below it" 1 'rules=["by_cgroup"]' cgroup.path=/policy-test/below
rmdir /sys/fs/cgroup/policy-test/below /sys/fs/cgroup/policy-test
before=$(status_of dismissed)
/bin/sh -c :
expect_none "an exec with another user and cgroup raises no alert"
check "an exec that was captured but hit no rule is counted as dismissed" test "$(status_of dismissed)" -gt "$before"

# A shell whose stdin or stdout is a connection, and a shell whose stdin only listens.
connected='
import socket, subprocess
family = getattr(socket, "AF_INET6") if sys.argv[1] == "6" else socket.AF_INET
server = socket.create_server(("::1" if sys.argv[1] == "6" else "127.0.0.1", 0), family=family)
client = socket.create_connection(server.getsockname()[:2])
fd = {"listening": server, "connected": client}[sys.argv[2]]
subprocess.run(["/bin/sh", "-c", ":"], **{sys.argv[3]: fd})'
for version in 4 6; do
	for end in stdin stdout; do
		python3 -c "import sys$connected" "$version" connected "$end"
		expect "stdio = connected-socket matches a connection (IPv$version) as $end" 1 rule=connected severity=critical \
			"$end.state=established"
	done
	python3 -c "import sys$connected" "$version" listening stdin
	expect_none "stdio = connected-socket does not match a listening socket (IPv$version)"
done

install -d -m 1777 "$scratch/open"
cp "$tool" "$scratch/open/tool"
as first-name "$scratch/open/tool"
expect "file = dropped matches a file in a directory that everybody can write to" 1 'rules=["dropped"]'
as first-name "$scratch/elsewhere/a-copy"
expect_none "file = dropped does not match a file of root in a directory of root"
cp "$tool" "$scratch/elsewhere/his"
chown 65534 "$scratch/elsewhere/his"
as first-name setpriv --reuid 65534 --clear-groups "$scratch/elsewhere/his"
expect_none "scope = self does not match a caller that has another name now"
python_as first-name '
import os, sys
os.setuid(65534)
os.execv(sys.argv[1], ["his"])' "$scratch/elsewhere/his"
expect "file = dropped matches a file that the caller owns" 1 'rules=["dropped"]'
python_as first-name '
import os
fd = os.memfd_create("x")
os.write(fd, open("/bin/true", "rb").read())
os.execv(f"/proc/self/fd/{fd}", ["x"])'
expect "file = dropped matches a file without a name" 1 'rules=["dropped"]'

shelltrap policy show >"$scratch/before"
check "an invalid file is not loaded" test "$(
	printf '[rule x]\ntarget = nobody\n' >"$scratch/bad.conf"
	shelltrap policy load --replace "$scratch/bad.conf" 2>/dev/null
	echo $?
)" = 2
check "an invalid file does not change the policy in force" diff "$scratch/before" <(shelltrap policy show)

# While two policies are loaded in turn, no exec is missed: both have a rule for shells.
mark
alerts_before=$(status_of alerts)
shells='
import subprocess
for _ in range(150):
    subprocess.run(["/bin/sh", "-c", ":"])'
sed 's/^severity = .*/severity = low/' "$shipped" >"$scratch/other.conf"
python_as nginx "$shells" &
one=$!
python_as nginx "$shells" &
other=$!
loads=0
while kill -0 "$one" 2>/dev/null || kill -0 "$other" 2>/dev/null; do
	for policy in "$shipped" "$scratch/other.conf"; do
		shelltrap policy load --replace "$policy" >/dev/null && ((loads += 1))
	done
done
wait "$one" "$other"
check "policies were loaded while shells started" test "$loads" -ge 4
all_are_raised()
{
	(($(status_of alerts) - alerts_before == 300))
}
check "300 shells that start while policies are loaded raise 300 alerts" wait_until 20 all_are_raised
check "no alert is lost while policies are loaded" test "$(status_of lost)" = 0

# 10,000 names in the maximal number of sets and rules.
python3 - >"$scratch/large.conf" <<'END'
for s in range(64):
    print(f"[set set{s}]\nnames = " + "\n\t".join(f"name-{s}-{n}" for n in range(157)))
for r in range(64):
    print(f"[rule rule{r}]\ntarget = set{r}\nseverity = low")
END
check "a policy with 10,048 names in 64 sets and 64 rules loads" shelltrap policy load --replace "$scratch/large.conf"
check "the shown large policy loads as the same policy" shown_loads_the_same
cp "$tool" "$scratch/name-63-156"
"$scratch/name-63-156"
check "the last rule of the large policy matches its last name" wait_until 10 replay_has '"rule":"rule63"'

# Two servers by the name of their file; the rule is off for the first one.
one=$scratch/server-one other=$scratch/server-other
cp "$(readlink -f /usr/bin/python3)" "$one"
cp "$one" "$other"
starts='
import os, sys, subprocess
def run(*argv):
    subprocess.run(argv or ["/bin/sh", "-c", ":"], stderr=subprocess.DEVNULL)'
# serves FILE CODE: the server runs this Python code, in which run() starts a shell.
serves()
{
	"$1" -IS -c "$starts
$2" "$one" "$other"
}
# with_one ACTION LINE...: the policy with these lines in the rule.
with_one()
{
	local action=$1

	shift
	load_policy <<-END
		[set servers]
		names = server-one server-other
		[set shells]
		names = sh
		[set sentinels]
		names = nginx
		[set one]
		paths = $one
		ports = 8123
		[rule sentinel]
		actor = sentinels
		scope = self
		target = shells
		[rule shell]
		actor = servers
		target = shells
		action = $action
		$(printf '%s\n' "$@")
	END
}
check "a rule that is off for one server loads, with a warning of its port" with_one alert 'actor -= one'
check "a shown rule that is off for one server loads as the same policy" shown_loads_the_same
mark
serves "$one" 'run()'
expect_none "with actor -= a rule is off for this server"
serves "$other" 'run()'
expect "it is in force for another server" 1 rule=shell
serves "$other" 'run(sys.argv[1], "-IS", "-c", "import subprocess; subprocess.run([\"/bin/sh\", \"-c\", \":\"])")'
expect "it is in force for the first server's program, run by the other server" 1 rule=shell
serves "$one" 'run(sys.argv[2], "-IS", "-c", "import subprocess; subprocess.run([\"/bin/sh\", \"-c\", \":\"])")'
expect "it is in force for the other server, started by the first one" 1 rule=shell
serves "$other" '
import socket
open("/proc/self/comm", "w").write("server-one")
listener = socket.create_server(("127.0.0.1", 8123))
run()
if not os.fork():
    open("/proc/self/comm", "w").write("server-one")
    run()
    os._exit(0)
os.wait()'
expect "it stays in force for a server that takes the other's name and listens on a port of its set" 2 rule=shell
check "a rule that is off for one server denies" with_one deny 'actor -= one'
mark
serves "$one" 'sys.exit(subprocess.run(["/bin/sh", "-c", ":"]).returncode)'
check "it denies nothing to this server" test "$?" = 0
expect_none "and raises no alert"
serves "$other" 'run()' 2>/dev/null
expect "it denies another server's shell" 1 rule=shell verdict=denied
check "a rule that is off in one cgroup loads" with_one alert 'cgroup -= /elsewhere /policy-test'
mkdir -p /sys/fs/cgroup/policy-test/below
mark
(
	echo "$BASHPID" >/sys/fs/cgroup/policy-test/below/cgroup.procs
	serves "$one" 'run()'
)
expect_none "with cgroup -= a rule is off in this cgroup and below it"
serves "$one" 'run()'
expect "it is in force in another cgroup" 1 rule=shell
rmdir /sys/fs/cgroup/policy-test/below /sys/fs/cgroup/policy-test
