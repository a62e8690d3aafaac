#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# "shelltrap evidence" keeps what an attacker runs through PHP: the very file, whether it was
# dropped, lies in a memfd or is a script; never what another process or a trick of names
# would make it read. The archive is whole or not there.
#
# limit: 400 s

. "${0%/*}/lib.sh"
. "${0%/*}/web.sh"

site=http://127.0.0.1
drop=/tmp/dropped-here
pids=()

# attack TEXT COMMAND: PHP's worker runs COMMAND, which stays and has TEXT in its arguments or
# its path. Sets $seq and $pid to those of its last alert.
attack()
{
	mark
	get run.php how=exec cmd="$2 >/dev/null 2>&1 &"
	wait_until 15 seq_is_known "$1" || not_ok "the attack with $1 raises an alert" "$(shelltrap replay -n 5)"
	pids+=("$pid")
}

# The shell that PHP starts has the text in its arguments, too, so the last alert counts.
seq_is_known()
{
	shelltrap replay --from "$marked" --format json | jq -rc --arg text "$1" \
		'select(.process and .comm != null) |
		 select((.pathname + " " + (.process.argv | join(" "))) | contains($text)) |
		 select(.pathname != "/bin/sh") |
		 [.seq, .process.pid] | @tsv' | tail -n 1 >"$scratch/found"
	read -r seq pid <"$scratch/found"
}

# evidence [OPTION]...: writes the archive of $seq to $scratch/e.tar and unpacks it below
# $scratch/e.
evidence()
{
	rm -rf "$scratch/e" "$scratch/e.tar"
	mkdir "$scratch/e"
	shelltrap evidence "$seq" --output "$scratch/e.tar" "$@" &&
		tar -xf "$scratch/e.tar" -C "$scratch/e" --strip-components=1
}

# same_bytes FILE FILE
same_bytes()
{
	[[ $(sha256sum <"$1") == "$(sha256sum <"$2")" ]]
}

# manifest FILTER: the manifest has what jq's FILTER asks for.
manifest()
{
	jq -e "$1" "$scratch/e/manifest.json"
}

# Each member has the size and the hash that the manifest says, and the manifest lists all.
archive_is_true()
{
	python3 -IS - "$scratch/e.tar" <<-'END'
		import hashlib, json, re, sys, tarfile
		names = re.compile(r"evidence-\d+/((process|server|ancestor-\d+)/)?[a-zA-Z0-9_./-]+")
		with tarfile.open(sys.argv[1]) as tar:
		    members = tar.getmembers()
		    assert all(names.fullmatch(m.name) and m.isreg() and ".." not in m.name for m in members)
		    assert members[-1].name.endswith("/manifest.json")
		    content = {m.name: tar.extractfile(m).read() for m in members}
		manifest = json.loads(content.pop(members[-1].name))
		assert content.keys() == {m["name"] for m in manifest["members"]}
		for m in manifest["members"]:
		    assert len(content[m["name"]]) == m["size"], m
		    assert hashlib.sha256(content[m["name"]]).hexdigest() == m["sha256"], m
	END
}

# not_read WHAT WHY: the manifest says that WHAT was not read, and why.
not_read()
{
	manifest "[.not_read[] | select(.what | endswith(\"$1\")) | .why] | tostring | contains(\"$2\")"
}

# as_if JQ-CHANGE [OPTION]...: the evidence of the alert as a file has it, changed.
as_if()
{
	local change=$1
	shift

	shelltrap replay --from "$seq" -n 100000 --format json | jq -c "select(.seq == $seq) | $change" >"$scratch/log.json"
	evidence --file "$scratch/log.json" "$@"
}

# ordered: the service keeps evidence of $seq, as the logger orders it. Unpacks it below
# $scratch/e.
ordered()
{
	local file

	file=/var/lib/shelltrap/evidence/$(status_of_instance)-$seq.tar
	python3 -IS - "$(status_of_instance) $seq" <<-'END'
		import socket, sys
		with socket.socket(socket.AF_UNIX) as connection:
		    connection.connect("/run/shelltrap-evidence.socket")
		    connection.send(sys.argv[1].encode() + b"\n")
	END
	wait_until 10 test -e "$file" || return
	rm -rf "$scratch/e"
	mkdir "$scratch/e"
	cp "$file" "$scratch/e.tar"
	tar -xf "$file" -C "$scratch/e" --strip-components=1
}

status_of_instance()
{
	shelltrap status --json | jq -r .instance
}

not()
{
	! "$@"
}

# The journal of the service has this.
service_said()
{
	journalctl --sync
	grep "$1" <(journalctl -q -o cat -u shelltrap-evidence)
}

load_module
rm -rf "$drop"
install -d -o www-data "$drop"
install -o www-data -m 755 /bin/sleep "$drop/page"
echo "made different" >>"$drop/page"
cp "$drop/page" "$scratch/page"

attack 1001.25 "$drop/page 1001.25"
check "the archive is written" evidence
check "tar lists it" tar tf "$scratch/e.tar"
check "python's tarfile reads it, and the manifest is true" archive_is_true
check "the file is the one that was dropped" same_bytes "$scratch/e/process/exe" "$scratch/page"
check "the manifest says that it is the file of the record" manifest '.processes[0].file_is_of_record == true'
check "its command line is there" grep -qz 1001.25 "$scratch/e/process/cmdline"
check "the record is there" grep -q "\"seq\":$seq," "$scratch/e/record.json"
check "the policy in force is there" cmp "$scratch/e/policy.conf" <(shelltrap policy show)
check "other records of the server are there" grep -q '"pathname":"/bin/sh"' "$scratch/e/related.json"
# Among the ancestors, if the server is one still.
check "the server's facts are there" \
	grep -qsa php-fpm "$scratch/e/server/cmdline" "$scratch"/e/ancestor-*/cmdline
check "only root may read it" test "$(stat -c %a:%u "$scratch/e.tar")" = 600:0
check "no memory is there unasked" test ! -e "$scratch/e/process/memory"
check "a file that exists is not replaced" grep -q "exists" <(shelltrap evidence "$seq" --output "$scratch/e.tar" 2>&1)
check "with --memory the memory is there" evidence --memory
check "the arguments are in the memory" grep -rqa 1001.25 "$scratch/e/process/memory"
check "the manifest is true with memory" archive_is_true
check "a limit cuts a file, and the manifest says so" evidence --memory --limit 1
check "the limit holds" manifest '([.members[].size] | add) < 3000000 and any(.not_read[], .members[]; .why == "cut: a size limit")'

rm "$drop/page"
check "a deleted file is still the one that was dropped" evidence
check "its bytes are the same" same_bytes "$scratch/e/process/exe" "$scratch/page"

# Another process gets the PID.
kill "$pid"
wait_until 10 test ! -d "/proc/$pid"
check "of a process that has gone the record is kept" evidence
check "the manifest says that it has gone" not_read process "the process has gone"
check "nothing of the process is there" test ! -e "$scratch/e/process"
check "the archive is true without a process" archive_is_true
for ((try = 0; try < 50; try++)); do
	echo $((pid - 1)) >/proc/sys/kernel/ns_last_pid
	sleep 1000 &
	(($! != pid)) || break
	kill $!
done
check "another process has the PID now" test "$(cat "/proc/$pid/comm")" = sleep
check "the evidence of the alert is written again" evidence
check "the process with the PID is another one" not_read process "another one has its PID"
check "and is not taken" test ! -e "$scratch/e/process"
kill $!

cat >"$drop/memfd.py" <<'END'
import os
fd = os.memfd_create("page")
with open("/bin/sleep", "rb") as file:
    os.write(fd, file.read() + b"never on a disk")
os.execve(fd, ["page", "1002.25"], os.environ)
END
attack "page 1002.25" "python3 $drop/memfd.py"
check "a memfd is kept" evidence
check "its bytes are those that run" same_bytes "$scratch/e/process/exe" <(cat /bin/sleep; printf 'never on a disk')
check "the manifest knows no name of it" grep -q memfd:page "$scratch/e/process/links.json"

mkdir "$drop/sub"
printf '#!/bin/sh\nsleep 1003.25\n: done\n' >"$drop/sub/script"
chmod 755 "$drop/sub/script"
cp "$drop/sub/script" "$scratch/script"
attack "$drop/sub/script" "$drop/sub/script"
check "a script is kept" evidence
check "its bytes are the same" same_bytes "$scratch/e/process/script" "$scratch/script"
check "its interpreter is kept, too" same_bytes "$scratch/e/process/exe" /bin/dash
check "the manifest says that it is the file of the record" manifest '.processes[0].file_is_of_record == true'
ln -sf /etc/shadow "$drop/sub/script"
check "a link in its place is not followed" evidence
check "the manifest says why" not_read /process/script "not a regular file"
rm "$drop/sub/script"
mkfifo "$drop/sub/script"
check "a FIFO in its place does not hang" timeout 30 shelltrap evidence "$seq" --output "$scratch/fifo.tar"
rm -r "$drop/sub"
mkdir -m 700 /root/private
echo secret >/root/private/script
ln -s /root/private "$drop/sub"
check "a link in its path does not read what the user cannot" evidence
check "the manifest says why" not_read /process/script "Permission denied"
check "no secret of root's is in the archive" test ! -e "$scratch/e/process/script"

hostile=$drop/$'..\n\e[31m\xff"'
install -d -o www-data "$hostile"
mkdir "$hostile/"$'x\n..'
install -o www-data -m 755 /bin/sleep "$hostile/y"
cat >"$drop/hostile.py" <<'END'
import os, socket
os.chdir(b"/tmp/dropped-here/..\n\x1b[31m\xff\"")
connection = socket.create_connection(("127.0.0.1", 80))
os.set_inheritable(connection.fileno(), True)
os.execv(b"./x\n../../y", [b"../../../etc/x\n\x1b[2J\xff", b"1004.25"])
END
attack 1004.25 "python3 $drop/hostile.py"
check "hostile names do no harm" evidence
check "no name of the attacker's is in the archive" archive_is_true
check "its addresses are there" grep -q '"peer":"127.0.0.1:80"' "$scratch/e/process/descriptors.json"
check "the manifest has no control characters" test -z "$(tr -d '[:print:]\n\t' <"$scratch/e/manifest.json")"

check "a script below a document root is kept" as_if '.request.script = "/var/www/html/run.php"'
check "its bytes are the same" same_bytes "$scratch/e/server/request-script" /var/www/html/run.php
check "a script elsewhere is not" as_if '.request.script = "/etc/passwd"'
check "the manifest says why" not_read /server/request-script "not below a document root"
check "nor one by way of '..'" as_if '.request.script = "/var/www/html/../../../etc/passwd"'
check "nothing is read by way of '..'" test ! -e "$scratch/e/server/request-script"
ln -sf /etc/passwd /var/www/html/link.php
check "nor what a link points to" as_if '.request.script = "/var/www/html/link.php"'
check "the link is not followed" not_read /server/request-script "not a regular file"
rm /var/www/html/link.php
check "another document root can be given" as_if '.request.script = "/etc/passwd"' --document-root /etc
check "and is read" same_bytes "$scratch/e/server/request-script" /etc/passwd
check "of another boot no process is read" as_if '.boot_id = "0"'
check "the manifest says so" not_read process "another boot"

mkdir "$scratch/full"
mount -t tmpfs -o size=128k none "$scratch/full"
check "on a full disk the command fails" test "$(shelltrap evidence "$seq" --memory --output "$scratch/full/e.tar" 2>/dev/null; echo $?)" = 1
check "and leaves nothing" test -z "$(ls -A "$scratch/full")"
umount "$scratch/full"
check "a number without an alert is refused" test "$(shelltrap evidence 999999 --output "$scratch/no.tar" 2>/dev/null; echo $?)" = 1
check "and leaves nothing" test ! -e "$scratch/no.tar"

install -m 0755 "$payload/shelltrap" /usr/sbin/shelltrap
install -m 0644 "$payload"/userspace/systemd/shelltrap-evidence.{service,socket} /etc/systemd/system/
install -d /etc/shelltrap
printf '%s\n' '[log]' 'evidence = /var/lib/shelltrap/evidence' 'evidence_rate = 2' '[output journal]' \
	>/etc/shelltrap/shelltrap.conf
systemctl daemon-reload
check "systemd finds no fault in the units" \
	systemd-analyze verify --man=no shelltrap-evidence.service shelltrap-evidence.socket
check "logger --check names the unit" \
	grep -q "systemctl enable --now shelltrap-evidence.socket" <(shelltrap logger --check)
systemctl start shelltrap-evidence.socket
check "only root can have evidence kept" test "$(stat -c %a:%U /run/shelltrap-evidence.socket)" = 600:root
mkdir "$drop/again"
printf '#!/bin/sh\nsleep 1005.25\n: done\n' >"$drop/again/script"
chmod 755 "$drop/again/script"
attack "$drop/again/script" "$drop/again/script"
check "the service keeps evidence in its sandbox" ordered
check "of the interpreter" same_bytes "$scratch/e/process/exe" /bin/dash
check "of the environment" grep -qaz PWD= "$scratch/e/process/environ"
check "and of the policy" cmp "$scratch/e/policy.conf" <(shelltrap policy show)
check "the archive of the service is true" archive_is_true
check "the service has the capabilities that it needs and no other" grep -q "^CapBnd:.*00000000000810e4$" \
	"/proc/$(systemctl show --value -p MainPID shelltrap-evidence)/status"
install -o www-data -m 755 /bin/sleep "$drop/other"
attack 1006.25 "$drop/other 1006.25"
check "the service keeps evidence of another alert" ordered
attack 1007.25 "$drop/other 1007.25"
check "beyond the rate it keeps none" not ordered
check "and says so" service_said "(evidence_rate)"
systemctl stop shelltrap-evidence.socket shelltrap-evidence.service
rm -r /etc/systemd/system/shelltrap-evidence.* /etc/shelltrap /usr/sbin/shelltrap /var/lib/shelltrap
systemctl daemon-reload
kill "${pids[@]}" 2>/dev/null
rm -rf "$drop" "$scratch"/{e*,log.json} /root/private
