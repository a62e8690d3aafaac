#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The hash that the logger gives a file is that of its bytes, of the file that was run
# and no other, even where it is gone by now but still runs; as a service it can do so
# for the system's files, and with our drop-in for all.

. "${0%/*}/lib.sh"
. "${0%/*}/log.sh"

folder=/tmp/hashes
service=/etc/systemd/system/shelltrap.service

# hash_in FILE TEXT: what the last alert with TEXT among its arguments says.
hash_in()
{
	grep -F -- "$2" "$1" | tail -n 1 | sed -n 's/.*"sha256":"\{0,1\}\([0-9a-z]*\).*/\1/p'
}

# says TEXT HASH [FILE]
says()
{
	local file=${3:-$scratch/log.json}

	grep -F -- "$1" "$file"
	[[ $(hash_in "$file" "$1") == "$2" ]]
}

# says_soon TEXT HASH [FILE]: once the alert is written.
says_soon()
{
	wait_until 20 grep -qF -- "$1" "${3:-$scratch/log.json}" && says "$@"
}

hash_of()
{
	sha256sum <"$1" | cut -d " " -f 1
}

# A shell of its own: "sh" by its name, another by its bytes.
make_shell()
{
	mkdir -p "${1%/*}"
	cp /bin/dash "$1"
	echo "$2" >>"$1"
}

# run_waiting PROGRAM TEXT: as a server, until it is told to end; its PID is $waiting.
run_waiting()
{
	mkfifo "$scratch/line"
	as nginx "$1" -c "read line; : $2" <"$scratch/line" &
	waiting=$!
	exec 9>"$scratch/line"
	rm "$scratch/line"
	wait_until 15 replay_has "$2"
}

end_waiting()
{
	echo >&9
	exec 9>&-
	wait "$waiting"
}

start_hashing()
{
	configure "hash = sha256" "hash_limit = 1000000" "[output file:$scratch/log.json]"
	start_logger
}

install_service()
{
	install -m 0755 "$payload/shelltrap" /usr/sbin/shelltrap
	install -d /etc/shelltrap "$service.d"
	printf '%s\n' "[log]" "hash = sha256" "[output file:/var/log/shelltrap/alerts.json]" \
		>/etc/shelltrap/shelltrap.conf
	install -m 0644 "$payload/userspace/systemd/shelltrap.service" "$service"
	systemctl daemon-reload
	systemctl start shelltrap
}

allow_all()
{
	install -m 0644 "$payload/userspace/siem/hash/shelltrap-hash.conf" "$service.d/"
	systemctl daemon-reload
	systemctl restart shelltrap
}

load_module
as nginx /bin/sh -c ": system"
make_shell "$folder/sh" first
first=$(hash_of "$folder/sh")
run_waiting "$folder/sh" "gone and running"
rm "$folder/sh"
start_hashing
check "of the system's shell" says_soon ": system" "$(hash_of /bin/sh)"
check "of a file that has no name any more, but runs" says_soon "gone and running" "$first"
end_waiting
make_shell "$folder/sh" second
as nginx "$folder/sh" -c ": another"
check "of another file at the same place" says_soon ": another" "$(hash_of "$folder/sh")"
echo '#!/bin/sh' >"$folder/sh"
as nginx "$folder/sh" "a script"
check "of a script, not of what runs it" says_soon "a script" "$(hash_of "$folder/sh")"
truncate -s 1000001 "$folder/sh"
as nginx "$folder/sh" "is large"
check "of none with more bytes than that" says_soon "is large" null
stop_logger
make_shell "$folder/sh" third
as nginx "$folder/sh" -c ": overwritten"
make_shell "$folder/sh" fourth
start_logger
check "of none that was changed since" says_soon ": overwritten" null
as nginx /bin/sh -c ": last"
check "but of those that are as they were" says_soon ": last" "$(hash_of /bin/sh)"
stop_logger
shelltrap replay --format json >"$scratch/replayed"
check "nobody reads files unless told to" says ": last" null "$scratch/replayed"
remove_logs

unload_module
load_module
install_service
log=/var/log/shelltrap/alerts.json
as nginx /bin/sh -c ": by the service"
check "the service knows the system's files" says_soon ": by the service" "$(hash_of /bin/sh)" "$log"
run_waiting "$folder/sh" "somewhere else"
check "but not those in /tmp" says_soon "somewhere else" null "$log"
end_waiting
allow_all
run_waiting "$folder/sh" "with the drop-in"
check "which it does with our drop-in" says_soon "with the drop-in" "$(hash_of "$folder/sh")" "$log"
end_waiting
systemctl stop shelltrap
rm -r "$service" "$service.d" /etc/shelltrap /usr/sbin/shelltrap /var/log/shelltrap \
	/var/lib/shelltrap "$folder"
systemctl daemon-reload
