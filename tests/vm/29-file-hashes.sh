#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The logger's hash of a file is that of the file that was executed, not of another one that
# has its name now; a deleted file is hashed while it still runs. The service can hash the
# system's files, and with the shipped drop-in all files.

. "${0%/*}/lib.sh"
. "${0%/*}/log.sh"

directory=/tmp/hashes
service=/etc/systemd/system/shelltrap.service

# hash_in FILE TEXT: prints the hash in the last alert that contains TEXT.
hash_in()
{
	grep -F -- "$2" "$1" | tail -n 1 | sed -n 's/.*"sha256":"\{0,1\}\([0-9a-z]*\).*/\1/p'
}

# hash_is TEXT HASH [FILE]
hash_is()
{
	local file=${3:-$scratch/log.json}

	grep -F -- "$1" "$file"
	[[ $(hash_in "$file" "$1") == "$2" ]]
}

# hash_becomes TEXT HASH [FILE]: waits until the alert is written.
hash_becomes()
{
	wait_until 20 grep -qF -- "$1" "${3:-$scratch/log.json}" && hash_is "$@"
}

hash_of()
{
	sha256sum <"$1" | cut -d " " -f 1
}

# make_shell FILE TEXT: makes a shell whose content differs from the system's.
make_shell()
{
	mkdir -p "${1%/*}"
	cp /bin/dash "$1"
	echo "$2" >>"$1"
}

# make_overlay DIRECTORY: mounts an overlay there. Its lower and upper directories are on file
# systems of their own, so that stat shows another device for a file than the overlay's.
make_overlay()
{
	mkdir -p "$1" "$1-lower" "$1-upper"
	mount -t tmpfs none "$1-lower" && mount -t tmpfs none "$1-upper" &&
		mkdir "$1-upper/upper" "$1-upper/work" && cp /bin/dash "$1-lower/sh" &&
		mount -t overlay none "$1" -o "lowerdir=$1-lower,upperdir=$1-upper/upper,workdir=$1-upper/work"
}

remove_overlay()
{
	umount "$1" "$1-upper" "$1-lower" && rmdir "$1" "$1-upper" "$1-lower"
}

# device_of FILE: stat as of Debian 11 cannot print it so.
device_of()
{
	python3 -c '
import os, sys
device = os.stat(sys.argv[1]).st_dev
print(f"{os.major(device)}:{os.minor(device)}")' "$1"
}

# device_is_shown FILE TEXT: the alert has the device that stat shows for FILE.
device_is_shown()
{
	grep -F -- "$2" "$scratch/log.json" | grep -F "\"dev\":\"$(device_of "$1")\""
}

# run_waiting PROGRAM TEXT: runs PROGRAM under a server until end_waiting; its PID is $waiting.
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
make_shell "$directory/sh" first
first=$(hash_of "$directory/sh")
run_waiting "$directory/sh" "gone and running"
rm "$directory/sh"
start_hashing
check "the system's shell is hashed" hash_becomes ": system" "$(hash_of /bin/sh)"
check "a deleted file that still runs is hashed" hash_becomes "gone and running" "$first"
end_waiting
make_shell "$directory/sh" second
as nginx "$directory/sh" -c ": another"
check "another file with the same path is hashed" hash_becomes ": another" "$(hash_of "$directory/sh")"
make_overlay /srv/overlay
as nginx /srv/overlay/sh -c ": overlay"
check "a file for which stat shows another device is hashed" hash_becomes ": overlay" "$(hash_of /bin/sh)"
check "its alert has the device that stat shows" device_is_shown /srv/overlay/sh ": overlay"
check "stat and the kernel differ in this device" \
	test "$(device_of /srv/overlay/sh)" != "$(mountpoint -d /srv/overlay)"
remove_overlay /srv/overlay
echo '#!/bin/sh' >"$directory/sh"
as nginx "$directory/sh" "a script"
check "a script is hashed, not its interpreter" hash_becomes "a script" "$(hash_of "$directory/sh")"
truncate -s 1000001 "$directory/sh"
as nginx "$directory/sh" "is large"
check "a file larger than hash_limit is not hashed" hash_becomes "is large" null
stop_logger
make_shell "$directory/sh" third
as nginx "$directory/sh" -c ": overwritten"
make_shell "$directory/sh" fourth
start_logger
check "a file that was changed after the exec is not hashed" hash_becomes ": overwritten" null
as nginx /bin/sh -c ": last"
check "a file that was not changed after the exec is hashed" hash_becomes ": last" "$(hash_of /bin/sh)"
stop_logger
shelltrap replay --format json >"$scratch/replayed"
check "replay without an option does not hash files" hash_is ": last" null "$scratch/replayed"
remove_logs

unload_module
load_module
install_service
log=/var/log/shelltrap/alerts.json
as nginx /bin/sh -c ": by the service"
check "the service hashes the system's files" hash_becomes ": by the service" "$(hash_of /bin/sh)" "$log"
run_waiting "$directory/sh" "somewhere else"
check "the service does not hash files in /tmp" hash_becomes "somewhere else" null "$log"
end_waiting
allow_all
run_waiting "$directory/sh" "with the drop-in"
check "with the shipped drop-in the service hashes files in /tmp" hash_becomes "with the drop-in" "$(hash_of "$directory/sh")" "$log"
end_waiting
systemctl stop shelltrap
rm -r "$service" "$service.d" /etc/shelltrap /usr/sbin/shelltrap /var/log/shelltrap \
	/var/lib/shelltrap "$directory"
systemctl daemon-reload
