#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What the policy says is what happens, from the moment it is loaded; and what is
# loaded is what the file says.
#
# limit: 300 s

. "${0%/*}/lib.sh"

shipped=$payload/userspace/conf/policy.conf

# load_policy: loads what comes on stdin.
load_policy()
{
	cat >"$scratch/policy.conf"
	shelltrap policy load "$scratch/policy.conf"
}

stays_the_same()
{
	shelltrap policy show >"$scratch/shown" &&
		shelltrap policy load "$scratch/shown" >"$scratch/said" &&
		shelltrap policy show | diff "$scratch/shown" -
}

load_module
shelltrap policy show >"$scratch/built-in"
check "the shipped policy loads" shelltrap policy load "$shipped"
check "and is the built-in one, word for word" diff "$scratch/built-in" <(shelltrap policy show)
check "what is shown, loaded, is shown again the same" stays_the_same

tool=$scratch/tool typed=$scratch/typed
mkdir -p "$scratch/elsewhere"
chmod 755 "$scratch" "$scratch/elsewhere"
cp /bin/true "$tool"
ln -f "$tool" "$scratch/elsewhere/by-another-name"
cp "$tool" "$scratch/elsewhere/a-copy"
rm -f "$typed"
check "a policy with everything in it loads" load_policy <<END
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
check "shown and loaded again it is the same" stays_the_same

"$scratch/elsewhere/by-another-name"
expect "a file is known by what it is" 1 rule=by_path severity=low 'rules=["by_path"]' \
	threat.1.technique=T1505.003
"$scratch/elsewhere/a-copy"
expect_none "a copy is not that file"
cp "$tool" "$typed"
"$typed"
expect "a path is known as it is typed, whatever has come there since" 1 rule=by_path
(cd "$scratch" && ./typed)
expect_none "until the next load not by another way"
check "after that" shelltrap policy load "$scratch/policy.conf"
(cd "$scratch" && ./typed)
expect "it is" 1 rule=by_path

as first-name /bin/sh -c :
expect "a name fits" 1 rule=by_ancestor 'rules=["by_ancestor","by_name"]'
as second-to-none /bin/sh -c :
expect "a prefix fits" 1 rule=by_ancestor
as "third name" /bin/sh -c :
expect "a name with a blank fits" 1 rule=by_ancestor
as "only a task" /bin/sh -c :
expect "a task's name fits" 1 rule=by_ancestor
python_as first-name 'import subprocess; subprocess.run(["env", "/bin/sh", "-c", ":"])'
expect "an ancestor's name fits, where the rule says so" 1 'rules=["by_ancestor"]'
cp "$tool" "$scratch/first-name"
"$scratch/first-name"
expect_none "a rule that is off is off"

setpriv --reuid 65534 --clear-groups /bin/sh -c :
expect "a user fits" 1 'rules=["by_uid"]' process.uid=65534
mkdir -p /sys/fs/cgroup/policy-test/below
(
	echo "$BASHPID" >/sys/fs/cgroup/policy-test/below/cgroup.procs
	exec /bin/sh -c :
)
expect "a cgroup fits what is below it" 1 'rules=["by_cgroup"]' cgroup.path=/policy-test/below
rmdir /sys/fs/cgroup/policy-test/below /sys/fs/cgroup/policy-test
before=$(status_of dismissed)
/bin/sh -c :
expect_none "and nothing else"
check "which is counted" test "$(status_of dismissed)" -gt "$before"

# A shell at the other end of a connection; and one whose stdin only listens.
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
		expect "a connection (IPv$version) as $end fits" 1 rule=connected severity=critical \
			"$end.state=established"
	done
	python3 -c "import sys$connected" "$version" listening stdin
	expect_none "one that listens does not (IPv$version)"
done

install -d -m 1777 "$scratch/open"
cp "$tool" "$scratch/open/tool"
as first-name "$scratch/open/tool"
expect "a file in a directory that is everybody's fits" 1 'rules=["dropped"]'
as first-name "$scratch/elsewhere/a-copy"
expect_none "one in a directory of root's does not"
cp "$tool" "$scratch/elsewhere/his"
chown 65534 "$scratch/elsewhere/his"
as first-name setpriv --reuid 65534 --clear-groups "$scratch/elsewhere/his"
expect_none "whoever has changed his name meanwhile is somebody else"
python_as first-name '
import os, sys
os.setuid(65534)
os.execv(sys.argv[1], ["his"])' "$scratch/elsewhere/his"
expect "a file of the caller's own fits" 1 'rules=["dropped"]'
python_as first-name '
import os
fd = os.memfd_create("x")
os.write(fd, open("/bin/true", "rb").read())
os.execv(f"/proc/self/fd/{fd}", ["x"])'
expect "a file without a name fits" 1 'rules=["dropped"]'

shelltrap policy show >"$scratch/before"
check "a file that is wrong is not loaded" test "$(
	printf '[rule x]\ntarget = nobody\n' >"$scratch/bad.conf"
	shelltrap policy load "$scratch/bad.conf" 2>/dev/null
	echo $?
)" = 2
check "and leaves what is in force" diff "$scratch/before" <(shelltrap policy show)

# No exec goes unseen while policies come and go: both of these know shells.
mark
told_before=$(status_of alerts)
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
		shelltrap policy load "$policy" >/dev/null && ((loads += 1))
	done
done
wait "$one" "$other"
check "policies were swapped meanwhile" test "$loads" -ge 4
told()
{
	(($(status_of alerts) - told_before == 300))
}
check "300 shells started while policies are swapped are 300 alerts" wait_until 20 told
check "and nothing is lost" test "$(status_of lost)" = 0

# 10,000 names, as many sets and rules as there may be.
python3 - >"$scratch/large.conf" <<'END'
for s in range(64):
    print(f"[set set{s}]\nnames = " + "\n\t".join(f"name-{s}-{n}" for n in range(157)))
for r in range(64):
    print(f"[rule rule{r}]\ntarget = set{r}\nseverity = low")
END
check "a large policy loads" shelltrap policy load "$scratch/large.conf"
check "and is the same when shown and loaded" stays_the_same
cp "$tool" "$scratch/name-63-156"
"$scratch/name-63-156"
check "its last name is known to its last rule" wait_until 10 replay_has '"rule":"rule63"'
