#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What a load of the module may have said while nobody listened, until it was
# unloaded, is told in a line, once, to each output that can be asked what it has;
# of a load that was heard to its end there is nothing to tell.

. "${0%/*}/lib.sh"
. "${0%/*}/log.sh"

file=$scratch/log.json

# Remembered, as the journal knows loads of before, too.
load_anew()
{
	load_module
	current_instance >>"$scratch/log.loads"
}

# Both outputs listen to the load that is there, and that is remembered.
listens()
{
	(($(grep -c "\"follows\":\"$(current_instance)\"" "$scratch/log.state") == 2))
}

start_listening()
{
	start_logger
	wait_until 10 listens
}

# Each as INSTANCE SEQ LAST LOST, from whatever holds one object a line.
unheard()
{
	sed -n 's/.*"type":"loss","seq":\([0-9]*\),"instance":"\([0-9a-f]*\)".*"last":\([^,]*\),"lost":\([^,]*\),"why":"[^"]*unheard.*/\2 \1 \3 \4/p'
}

# told INSTANCE SEQ...: just these are told, in that order, by file and journal.
told()
{
	local wanted

	wanted=$( (($#)) && printf '%s %s null null\n' "$@")
	unheard <"$file" >"$scratch/log.unheard"
	journalctl --sync
	journalctl -q -o cat --output-fields=SHELLTRAP_JSON MESSAGE_ID=1d70241a5d1d4f3c9a1a1b0acd4196a7 |
		unheard | grep -F -f "$scratch/log.loads" >"$scratch/log.unheard-journal"
	head "$scratch/log.unheard" "$scratch/log.unheard-journal"
	[[ $(cat "$scratch/log.unheard") == "$wanted" ]] &&
		[[ $(cat "$scratch/log.unheard-journal") == "$wanted" ]]
}

is_over()
{
	(($(grep -c '"followed":' "$scratch/log.state") == 2))
}

load_anew
configure "[output journal]" "[output file:$file]"
start_listening
storm heard 10
wait_until 10 has_newest "$file"
unload_module
check "that a load is heard to its end is remembered" wait_until 10 is_over
kill_logger
load_anew
start_listening
first=$(current_instance)
storm first 10
check "all of the next load is written" wait_until 10 has_newest "$file"
check "and nothing told of the one before" wait_until 10 told

stop_logger
storm unheard 5
unload_module
load_anew
start_listening
storm second 10
wait_until 10 has_newest "$file"
check "of a load that went unheard, a line says so" wait_until 10 told "$first" 11
kill_logger
start_listening
storm third 10
wait_until 10 has_newest "$file"
check "and says so once" wait_until 10 told "$first" 11

unload_module
load_anew
quiet=$(current_instance)
wait_until 10 listens
stop_logger
unload_module
load_anew
start_listening
check "a load that said nothing as long as it was heard counts, too" \
	wait_until 10 told "$first" 11 "$quiet" 1
storm fourth 10
wait_until 10 has_newest "$file"
check "each exec that was heard is there once" \
	log_is_complete "$file" heard=10 first=10 second=10 third=10 fourth=10
stop_logger
remove_logs
