#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A program that a rule denies does not run, in whichever way it is executed; all other
# programs run.
# limit: 900 s
# thread: single

. "${0%/*}/lib.sh"
. "${0%/*}/php-attacks.sh"
. "${0%/*}/enforcement.sh"

site=http://127.0.0.1

# load_policy [OPTION...]: loads the shipped policy with the changes on stdin.
load_policy()
{
	cat >"$scratch/new.conf"
	shelltrap policy load --replace "$@" "$shipped" "$scratch/new.conf"
}

# load_denying [OPTION...]: loads a policy that denies shells under servers.
# shellcheck disable=SC2120 # "check" calls it
load_denying()
{
	printf '[rule webserver_shell_exec]\naction = deny\n' | load_policy "$@"
}

load_module
check "the built-in policy denies nothing" test "$(status_of denied)" = 0
run_attempts nginx 1 /bin/sh -c 'exit 42'
check "a shell under a server runs with the built-in policy" outcome_is 1 0 0 0
expect "a shell that runs raises an alert" 1 verdict=observed

check "a policy that denies shells loads" load_denying
run_attempts nginx 1 /bin/sh -c 'exit 42'
check "a shell under a server gets EPERM" outcome_is 0 1 0 0
expect "a denied shell raises an alert" 1 verdict=denied rule=webserver_shell_exec \
	comm=nginx pathname=/bin/sh interpreter=/bin/sh process.argc=3 process.comm=nginx

answer=$(get run.php how=system cmd='echo answer; touch /tmp/was-here')
check "PHP's system() returns nothing for a denied shell" test -z "$answer"
check "a page whose shell was denied is served" grep -q '^HTTP/1.1 200' "$scratch/head"
check "the denied command has not run" test ! -e /tmp/was-here
expect "PHP's denied shell raises an alert" 1 verdict=denied comm~^php-fpm process.user=www-data

curl -sS -m 30 -o /dev/null -D "$scratch/head" http://127.0.0.1:8080/cgi-bin/hello.cgi
check "apache answers 500 for a denied CGI script" grep -q '^HTTP/1.1 500' "$scratch/head"
expect "a CGI script is denied when its interpreter is executed" 1 verdict=denied comm=apache2 \
	pathname=/usr/lib/cgi-bin/hello.cgi interpreter=/bin/sh

printf '#!/bin/sh\nexit 42\n' >"$scratch/script"
printf '#!%s\n' "$scratch/script" >"$scratch/outer"
chmod 755 "$scratch" "$scratch/script" "$scratch/outer"
run_attempts nginx 1 "$scratch/outer"
check "a script whose interpreter is a script is denied" outcome_is 0 1 0 0
expect "a denied script whose interpreter is a script raises one alert" 1 verdict=denied interpreter=/bin/sh pathname="$scratch/outer"
run_attempts sshd 1 "$scratch/outer"
check "the same script runs without a server" outcome_is 1 0 0 0

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
check "a renamed descendant that executes a shell by file descriptor gets EPERM" test $? = 0
expect "a denied shell of a renamed descendant raises an alert" 1 verdict=denied comm=innocent server.matched~'lineage|ancestor'

"$scratch/attempts" nginx 100 /bin/true >/dev/null
bash -c 'sh -c "sh -c true"' && as sshd /bin/sh -c :
check "shells without a server run" test $? = 0
systemd-run --quiet --wait /bin/sh -c :
check "shells of units run" test $? = 0
expect_none "shells without a server raise no alert"
check "no exec that was to be denied has run" test "$(status_of escaped)/$(status_of killed)" = 0/0

# A process without a server among its ancestors is never denied, unless the rule says
# "enforce = anybody".
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
check "a rule for all callers loads" load_policy <"$scratch/anybody.conf"
run_attempts bystander 1 /bin/false
check "a rule for all callers does not deny an exec without a server" outcome_is 0 0 0 1
expect "a rule for all callers raises an alert for an exec without a server" 1 verdict=observed rule=forbidden
run_attempts nginx 1 /bin/false
check "a rule for all callers denies an exec of a server" outcome_is 0 1 0 0
expect "the denied exec of a server raises an alert" 1 verdict=denied
echo "enforce = anybody" >>"$scratch/anybody.conf"
check "the same rule with 'enforce = anybody' loads" load_policy <"$scratch/anybody.conf"
run_attempts bystander 1 /bin/false
check "with 'enforce = anybody' an exec without a server is denied" outcome_is 0 1 0 0
expect "a denied exec without a server raises an alert" 1 verdict=denied rule=forbidden '!server'

check "with 'enforce = anybody' a program that the kernel starts is not denied" \
	started_by_kernel "$scratch/sh-by-the-kernel"
expect "a program that the kernel starts raises an alert" 1 verdict=observed rule=forbidden

# Observation: alerts say what would be denied.
check "a policy that denies loads with --dry-run" load_denying --dry-run
run_attempts nginx 1 /bin/sh -c 'exit 42'
check "with --dry-run a shell runs" outcome_is 1 0 0 0
expect "with --dry-run the verdict is would-deny" 1 verdict=would-deny process.argv.2='exit 42'
check "a load without an option keeps the observation" load_denying
run_attempts nginx 1 /bin/sh -c 'exit 42'
check "a shell still runs after that load" outcome_is 1 0 0 0
check "the policy loads with --enforce" load_denying --enforce
run_attempts nginx 1 /bin/sh -c 'exit 42'
check "with --enforce a shell is denied" outcome_is 0 1 0 0
echo 0 >/sys/module/shelltrap/parameters/enforce
run_attempts nginx 1 /bin/sh -c 'exit 42'
check "with the parameter enforce off a shell runs" outcome_is 1 0 0 0
echo 1 >/sys/module/shelltrap/parameters/enforce
run_attempts nginx 1 /bin/sh -c 'exit 42'
check "with the parameter enforce on again a shell is denied" outcome_is 0 1 0 0
settle >/dev/null

unload_module
printf '%s shelltrap.enforce=0\n' "$(cat /proc/cmdline)" >"$scratch/cmdline"
mkdir -p "/lib/modules/$(uname -r)/extra"
cp "$payload/shelltrap.ko" "/lib/modules/$(uname -r)/extra/"
depmod
mount --bind "$scratch/cmdline" /proc/cmdline
modprobe shelltrap
umount /proc/cmdline
check "modprobe applies shelltrap.enforce=0 on the kernel's command line" \
	grep -qx N /sys/module/shelltrap/parameters/enforce
unload_module

# Many execs on two CPUs, without a pause.
load_module
# shellcheck disable=SC2119
load_denying >/dev/null
for worker in 1 2; do
	"$scratch/attempts" nginx 5000 /bin/sh -c 'exit 42' >"$scratch/denied.$worker" &
	"$scratch/attempts" bystander 500 /bin/sh -c 'exit 42' >"$scratch/spared.$worker" &
done
wait
for worker in 1 2; do
	check "all of 5,000 shells in a row are denied" \
		grep -x "ran 0 denied 5000 killed 0 other 0" "$scratch/denied.$worker"
	check "none of 500 shells without a server is denied" \
		grep -x "ran 500 denied 0 killed 0 other 0" "$scratch/spared.$worker"
done
check "each denied exec is counted" test "$(status_of denied)" = 10000
all_are_reported()
{
	local alerts repeats lost

	alerts=$(status_of alerts) repeats=$(status_of repeats) lost=$(status_of lost)
	echo "alerts $alerts, repeats $repeats, lost $lost"
	((alerts + repeats + lost == 10000))
}
check "each denied exec is an alert, a repeat or counted as lost" wait_until 20 all_are_reported

# The module is unloaded while execs are denied.
for worker in 1 2; do
	"$scratch/attempts" nginx 1500 /bin/sh -c 'exit 42' >"$scratch/unloaded.$worker" &
done
some_are_denied()
{
	(($(status_of denied) > 10100))
}
check "witness: execs are denied" wait_until 20 some_are_denied
check "the module unloads while execs are denied" unload_module
wait
for worker in 1 2; do
	# When the return probe has been removed first, the tracepoint kills instead.
	check "after the unload shells run" \
		grep -xE "ran [1-9][0-9]* denied [1-9][0-9]* killed [0-9]* other 0" "$scratch/unloaded.$worker"
done
sh -c true
check "a shell runs without the module" test $? = 0
