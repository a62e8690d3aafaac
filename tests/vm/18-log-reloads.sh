#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# If a module instance was unloaded while no logger ran, its last alerts may be lost: each
# output that can be read back gets one loss record about it. If a logger listened until the
# module was unloaded, there is no such record.

. "${0%/*}/lib.sh"
. "${0%/*}/log.sh"

file=$scratch/log.json

# Loads the module and writes its instance to log.loads, since the journal also has records
# of instances from earlier tests.
load_and_note_instance()
{
	load_module
	current_instance >>"$scratch/log.loads"
}

# Both outputs listen to the loaded module, and this is saved in the state file.
is_listening_and_saved()
{
	(($(grep -c "\"follows\":\"$(current_instance)\"" "$scratch/log.state") == 2))
}

start_listening()
{
	start_logger
	wait_until 10 is_listening_and_saved
}

# Reads one record a line; prints loss records about unheard instances as INSTANCE SEQ LAST
# LOST.
list_unheard()
{
	sed -n 's/.*"type":"loss","seq":\([0-9]*\),"instance":"\([0-9a-f]*\)".*"last":\([^,]*\),"lost":\([^,]*\),"why":"[^"]*unheard.*/\2 \1 \3 \4/p'
}

# unheard_are [INSTANCE SEQ]...: file and journal have loss records about exactly these
# instances, in this order.
unheard_are()
{
	local wanted

	wanted=$( (($#)) && printf '%s %s null null\n' "$@")
	list_unheard <"$file" >"$scratch/log.unheard"
	journalctl --sync
	journalctl -q -o cat --output-fields=SHELLTRAP_JSON MESSAGE_ID=1d70241a5d1d4f3c9a1a1b0acd4196a7 |
		list_unheard | grep -F -f "$scratch/log.loads" >"$scratch/log.unheard-journal"
	head "$scratch/log.unheard" "$scratch/log.unheard-journal"
	[[ $(cat "$scratch/log.unheard") == "$wanted" ]] &&
		[[ $(cat "$scratch/log.unheard-journal") == "$wanted" ]]
}

both_followed_to_end()
{
	(($(grep -c '"followed":' "$scratch/log.state") == 2))
}

load_and_note_instance
configure "[output journal]" "[output file:$file]"
start_listening
storm heard 10
wait_until 10 has_newest "$file"
unload_module
check "the state file remembers that the logger listened until the unload" \
	wait_until 10 both_followed_to_end
kill_logger
load_and_note_instance
start_listening
first=$(current_instance)
storm first 10
check "all alerts of the next module instance are written" wait_until 10 has_newest "$file"
check "no loss is reported for an instance that was heard to its end" wait_until 10 unheard_are

stop_logger
storm unheard 5
unload_module
load_and_note_instance
start_listening
storm second 10
wait_until 10 has_newest "$file"
check "a loss is reported for an instance that was unloaded unheard" wait_until 10 unheard_are "$first" 12
kill_logger
start_listening
storm third 10
wait_until 10 has_newest "$file"
check "the loss of an instance is reported only once" wait_until 10 unheard_are "$first" 12

unload_module
load_and_note_instance
quiet=$(current_instance)
wait_until 10 is_listening_and_saved
stop_logger
unload_module
load_and_note_instance
start_listening
check "a loss is reported for an instance that raised no alert while it was heard" \
	wait_until 10 unheard_are "$first" 12 "$quiet" 2
storm fourth 10
wait_until 10 has_newest "$file"
check "each exec that was heard is in the file once" \
	log_is_complete "$file" heard=10 first=10 second=10 third=10 fourth=10
stop_logger
remove_logs
