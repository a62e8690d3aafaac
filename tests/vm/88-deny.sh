#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What a rule denies does not run, in whichever way it is called; everything else runs
# as before.
# limit: 900 s

. "${0%/*}/lib.sh"
. "${0%/*}/php-attacks.sh"
. "${0%/*}/enforcement.sh"

site=http://127.0.0.1

# load_policy [OPTION...]: the shipped policy with the changes on standard input.
load_policy()
{
	cat >"$scratch/new.conf"
	shelltrap policy load "$@" "$shipped" "$scratch/new.conf"
}

# load_denying [OPTION...]: shells under servers are denied.
# shellcheck disable=SC2120 # "check" calls it
load_denying()
{
	printf '[rule webserver_shell_exec]\naction = deny\n' | load_policy "$@"
}

load_module
check "nothing is denied as it comes" test "$(status_of denied)" = 0
run_attempts nginx 1 /bin/sh -c 'exit 42'
check "a shell runs" outcome_is 1 0 0 0
expect "and is told of" 1 verdict=observed

check "a policy that denies shells loads" load_denying
run_attempts nginx 1 /bin/sh -c 'exit 42'
check "a shell under a server gets EPERM" outcome_is 0 1 0 0
expect "the alert says that it was denied" 1 verdict=denied rule=webserver_shell_exec \
	comm=nginx pathname=/bin/sh interpreter=/bin/sh process.argc=3 process.comm=nginx

answer=$(get run.php how=system cmd='echo answer; touch /tmp/was-here')
check "PHP's system() gets nothing" test -z "$answer"
check "and the page still answers" grep -q '^HTTP/1.1 200' "$scratch/head"
check "nothing has run" test ! -e /tmp/was-here
expect "PHP's is denied" 1 verdict=denied comm~^php-fpm process.user=www-data

curl -sS -m 30 -o /dev/null -D "$scratch/head" http://127.0.0.1:8080/cgi-bin/hello.cgi
check "apache's CGI answers 500" grep -q '^HTTP/1.1 500' "$scratch/head"
expect "the script's shell is denied in the second round" 1 verdict=denied comm=apache2 \
	pathname=/usr/lib/cgi-bin/hello.cgi interpreter=/bin/sh

printf '#!/bin/sh\nexit 42\n' >"$scratch/script"
printf '#!%s\n' "$scratch/script" >"$scratch/outer"
chmod 755 "$scratch" "$scratch/script" "$scratch/outer"
run_attempts nginx 1 "$scratch/outer"
check "a script's script is refused in its third" outcome_is 0 1 0 0
expect "once" 1 verdict=denied interpreter=/bin/sh pathname="$scratch/outer"
run_attempts sshd 1 "$scratch/outer"
check "for others it runs" outcome_is 1 0 0 0

python_as nginx 'import os, sys
if os.fork():
    os.wait()
    sys.exit()
open("/proc/self/comm", "w").write("innocent")
fd = os.open("/bin/sh", os.O_RDONLY)
try:
    os.execve(fd, ["x", "-c", ":"], {})
except PermissionError:
    os._exit(0)
os._exit(1)'
check "its renamed descendant, by a descriptor, is refused" test $? = 0
expect "(it is)" 1 verdict=denied comm=innocent server.matched~'lineage|ancestor'

"$scratch/attempts" nginx 100 /bin/true >/dev/null
bash -c 'sh -c "sh -c true"' && as sshd /bin/sh -c :
check "other shells run" test $? = 0
systemd-run --quiet --wait /bin/sh -c :
check "those of units, too" test $? = 0
expect_none "and nothing is told of them"
check "nothing has escaped" test "$(status_of escaped)/$(status_of killed)" = 0/0

# Whoever has no server behind him is spared unless the rule says that he is not.
cat >"$scratch/anybody.conf" <<'END'
[set forbidden]
paths = /bin/false
names = sh-by-the-kernel
[rule forbidden]
actor = any
target = forbidden
severity = high
action = deny
END
check "a rule for anybody loads" load_policy <"$scratch/anybody.conf"
run_attempts bystander 1 /bin/false
check "who has no server behind him is spared" outcome_is 0 0 0 1
expect "and told of" 1 verdict=observed rule=forbidden
run_attempts nginx 1 /bin/false
check "a server is not" outcome_is 0 1 0 0
expect "(it is told of)" 1 verdict=denied
echo "enforce = anybody" >>"$scratch/anybody.conf"
check "the same, and 'enforce = anybody'" load_policy <"$scratch/anybody.conf"
run_attempts bystander 1 /bin/false
check "now it is refused to him" outcome_is 0 1 0 0
expect "(it is told of)" 1 verdict=denied rule=forbidden '!server'

check "what the kernel starts itself is spared even so" \
	started_by_kernel "$scratch/sh-by-the-kernel"
expect "and told of" 1 verdict=observed rule=forbidden

# Only looked at.
check "a policy that denies is loaded to be observed" load_denying --dry-run
run_attempts nginx 1 /bin/sh -c 'exit 42'
check "under observation a shell runs" outcome_is 1 0 0 0
expect "the alert says that it would have been denied" 1 verdict=would-deny process.argv.2='exit 42'
check "loaded again, as it is, it is still observed" load_denying
run_attempts nginx 1 /bin/sh -c 'exit 42'
check "(it runs)" outcome_is 1 0 0 0
check "it is loaded to be enforced" load_denying --enforce
run_attempts nginx 1 /bin/sh -c 'exit 42'
check "(it is refused)" outcome_is 0 1 0 0
echo 0 >/sys/module/shelltrap/parameters/enforce
run_attempts nginx 1 /bin/sh -c 'exit 42'
check "with the parameter enforce off it runs" outcome_is 1 0 0 0
echo 1 >/sys/module/shelltrap/parameters/enforce
run_attempts nginx 1 /bin/sh -c 'exit 42'
check "with it on again it is refused" outcome_is 0 1 0 0
settle >/dev/null

unload_module
printf '%s shelltrap.enforce=0\n' "$(cat /proc/cmdline)" >"$scratch/cmdline"
mkdir -p "/lib/modules/$(uname -r)/extra"
cp "$payload/shelltrap.ko" "/lib/modules/$(uname -r)/extra/"
depmod
mount --bind "$scratch/cmdline" /proc/cmdline
modprobe shelltrap
umount /proc/cmdline
check "modprobe heeds shelltrap.enforce=0 on the kernel's command line" \
	grep -qx N /sys/module/shelltrap/parameters/enforce
unload_module

# Two processors, as fast as they can.
load_module
# shellcheck disable=SC2119
load_denying >/dev/null
for worker in 1 2; do
	"$scratch/attempts" nginx 5000 /bin/sh -c 'exit 42' >"$scratch/denied.$worker" &
	"$scratch/attempts" bystander 500 /bin/sh -c 'exit 42' >"$scratch/spared.$worker" &
done
wait
for worker in 1 2; do
	check "of 5,000 at full speed none slips through" \
		grep -x "ran 0 denied 5000 killed 0 other 0" "$scratch/denied.$worker"
	check "and of others none is hit" \
		grep -x "ran 500 denied 0 killed 0 other 0" "$scratch/spared.$worker"
done
check "each is counted" test "$(status_of denied)" = 10000
all_are_told_of()
{
	local alerts lost

	alerts=$(status_of alerts) lost=$(status_of lost)
	echo "alerts $alerts, lost $lost"
	((alerts + lost == 10000))
}
check "each is told of, as an alert or as lost" wait_until 20 all_are_told_of

# Unloading in the middle of it.
for worker in 1 2; do
	"$scratch/attempts" nginx 1500 /bin/sh -c 'exit 42' >"$scratch/unloaded.$worker" &
done
some_are_denied()
{
	(($(status_of denied) > 10100))
}
check "(they are at it)" wait_until 20 some_are_denied
check "the module unloads meanwhile" unload_module
wait
for worker in 1 2; do
	# What the tracepoint still sees when the return probe has gone is killed.
	check "whatever was not stopped ran" \
		grep -xE "ran [1-9][0-9]* denied [1-9][0-9]* killed [0-9]* other 0" "$scratch/unloaded.$worker"
done
sh -c true
check "shells run" test $? = 0
