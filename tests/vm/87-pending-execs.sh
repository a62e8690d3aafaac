#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# An exec that stands still, as it waits for a file system that does not answer, is reported
# while it does, and keeps no room from others.
# limit: 300 s

. "${0%/*}/lib.sh"
. "${0%/*}/stalled.sh"

# An exec that finds no room is lost.
has_room()
{
	as nginx /bin/sh -c ": has room"
	replay_has ": has room"
}

# A program for which the kernel opens its interpreter when the hook is through.
make_server()
{
	rm -r "$scratch/stall"
	mkdir "$scratch/stall"
	cp "$(realpath /lib64/ld-linux-x86-64.so.2)" "$scratch/stall/interpreter"
	gcc -x c -o "$scratch/stall/nginx" -Wl,--dynamic-linker="$scratch/stall/interpreter" \
		-D_GNU_SOURCE -I "$here" - <<-'END'
		#include <stdlib.h>
		#include "serve.h"
		int main(void) { serve("nginx"); return system(": served"); }
	END
}

start_stalled 1
check "each is reported meanwhile, as an alert or as lost" wait_until 20 all_are_counted
check "the alerts say so" python3 -IS "$here/alerts.py" --only '!type' "$(status_of alerts)" \
	rule=webserver_shell_exec verdict=pending "pathname=$scratch/stall/zsh" \
	"file.path=$scratch/stall/zsh" comm=nginx server.comm=nginx \
	< <(shelltrap replay --format json)
marked=$(status_of seq_next)
check "there is room for others meanwhile, of the same user" wait_until 20 has_room
marked=$(status_of seq_next)

release_stalled
check "they go on" wait "$stalled"
expect "and are not reported again" --only '!type' 0
check "hits are alerts and losses" test "$(status_of hits)" = \
	"$(($(status_of alerts) + $(status_of lost)))"

check "(there is a server's program)" make_server
stall 1 bystander nginx
check "a server's program is reported as pending" wait_until 20 replay_has '"verdict":"pending"'
marked=$(status_of seq_next)
release_stalled
check "it goes on" wait "$stalled"
expect "what it starts is reported" --only '!type' 1 \
	rule=webserver_shell_exec "process.argv.-1=: served" server.comm=nginx

# Where its start is no alert, that it stands still is none.
unload_module
insmod "$payload/shelltrap.ko" pending_after=1
shelltrap policy show |
	sed '/^\[rule webserver_exec\]/,/^action/s/^action = .*/action = off/' >"$scratch/quiet"
rm "$scratch/stall/nginx"
check "(a policy without a rule for that)" shelltrap policy load --replace "$scratch/quiet"
stall $(($(status_of slots) / 2 + 10)) bystander nginx :
marked=1
check "programs of servers keep no room from others, either" wait_until 20 has_room
release_stalled
check "they go on, too" wait "$stalled"
