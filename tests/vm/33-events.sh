#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What happens to the sensor itself is an event: numbered among the alerts, in the backlog, in
# what a watcher prints and in the logger's file, each once. (A full lineage table is in
# 97-what-others-can-take, a missed probe in 89-kill, the lock in 99-lock.)
# limit: 400 s

. "${0%/*}/lib.sh"
. "${0%/*}/log.sh"

shipped=$payload/userspace/conf/policy.conf
kprobes=/sys/kernel/debug/kprobes/enabled

# happened EVENT CONDITION...: there is exactly one EVENT since the mark. $scratch/faults says
# what is wrong.
happened()
{
	replay_has "\"event\":\"$1\"" && python3 -IS "$here/alerts.py" --only "event=$1" 1 "${@:2}" \
		<"$scratch/raised" >"$scratch/faults"
}

# will_happen EVENT CONDITION...
will_happen()
{
	wait_until 20 happened "$@" || ! cat "$scratch/raised" "$scratch/faults"
}

# expect_event "promise" EVENT CONDITION...: sets a new mark.
expect_event()
{
	check "$1" will_happen "${@:2}"
	mark
}

# expect_no_event "promise" EVENT
expect_no_event()
{
	mark
	sentinel "no event"
	wait_until 15 replay_has "no event"
	check "$1" python3 -IS "$here/alerts.py" --only "event=$2" 0 <"$scratch/raised"
	mark
}

enforce()
{
	echo "$1" >/sys/module/shelltrap/parameters/enforce
}

# Prints the events in a file of JSON lines: number, kind.
events_in()
{
	sed -n 's/^{"type":"event","seq":\([0-9]*\),.*"event":"\([a-z-]*\)".*/\1 \2/p' "$1"
}

# The files of the watcher and of the logger have the same events, and the last one is there.
same_events()
{
	(($(events_in "$scratch/watched" | wc -l) > 10)) &&
		diff <(events_in "$scratch/watched") <(events_in "$scratch/log.json") &&
		grep -q '"event":"unloading"' "$scratch/log.json"
}

insmod "$payload/shelltrap.ko" canary_interval=1 heartbeat=1 && marked=1
start_watch "$scratch/watched" --from 1
configure "[output file:$scratch/log.json]" "format = json"
start_logger
expect_event "the first record says who loaded the module" loaded seq=1 version by.comm=insmod \
	by.uid=0 rule_count

sed 's/^\[rule webserver_exec\]/[rule our_exec]/' "$shipped" >"$scratch/policy.conf"
printf '[rule webserver_shell_exec]\nseverity = low\n' >"$scratch/changes.conf"
shelltrap policy load --replace "$scratch/policy.conf" "$scratch/changes.conf"
expect_event "a policy is an event: who loaded it, and which rules came, went and changed" \
	policy-loaded 'came=["our_exec"]' 'went=["webserver_exec"]' \
	'changed=["webserver_shell_exec"]' by.comm=shelltrap by.uid=0 \
	"by.loginuid=$(sed 's/4294967295/null/' /proc/self/loginuid)" \
	"sha256=$(shelltrap policy show | sha256sum | cut -d ' ' -f 1)"

mark
enforce N
expect_event "to switch enforcement off is an event" enforce-changed enforce=false by.comm=bash
enforce N
expect_no_event "what changes nothing is no event" enforce-changed
enforce Y
expect_event "to switch it on is one, too" enforce-changed enforce=true by.uid=0

shelltrap policy load --observe 1 --replace "$shipped" >/dev/null
expect_event "an observation begins with the policy" policy-loaded observe=60
shelltrap policy load --enforce --replace "$shipped" >/dev/null
expect_event "the process that ends an observation is in the event" observe-ended by.comm=shelltrap
echo 0 >"$kprobes"
expect_event "probes that are switched off are an event" disarmed hooks.check=false by=null
shelltrap policy load --observe 1 --replace "$shipped" >/dev/null
check "an observation ends by itself, and nobody is in the event" \
	wait_until 90 happened observe-ended by=null
check "the logger says that nothing has proved for a minute that execs are seen" \
	wait_until 60 grep -q "for a minute nothing has proved" "$scratch/log.err"
mark
echo 1 >"$kprobes"
expect_event "it is an event that they work again" armed hooks.check=true
check "the logger says so, too" wait_until 30 grep -q "sees execs again" "$scratch/log.err"
expect_no_event "only a change is one" armed

# heartbeat_is CONDITION...: the first heartbeat.
heartbeat_is()
{
	replay_has '"event":"heartbeat"' && python3 -IS "$here/alerts.py" --only event=heartbeat \
		1 "$@" < <(grep -m 1 '"event":"heartbeat"' "$scratch/raised")
}

marked=1
check "a heartbeat comes each minute, with the counters" wait_until 90 heartbeat_is \
	by=null hooks.done=true uptime~^6 counters.execs counters.alerts counters.lost=0
unload_module
check "the last record says that the module is unloaded" \
	wait_until 20 grep -q '"event":"unloading".*"comm":"rmmod"' "$scratch/watched"
check "the logger has written each event once" wait_until 20 same_events
stop_watch
stop_logger
check "and no record is missing" log_is_complete "$scratch/log.json" --no-loss
