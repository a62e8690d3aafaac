#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# An exec that does not continue, because a file system does not answer, is reported as
# pending and gives up its slot.
# limit: 300 s

. "${0%/*}/lib.sh"
. "${0%/*}/stalled.sh"

# An exec without a slot would be lost.
has_slot()
{
	as nginx /bin/sh -c ": has a slot"
	replay_has ": has a slot"
}

# Makes a program whose ELF interpreter the kernel opens after the hook.
make_server()
{
	rm -r "$scratch/stall"
	mkdir "$scratch/stall"
	cp "$(realpath /lib64/ld-linux-x86-64.so.2)" "$scratch/stall/interpreter"
	gcc -x c -o "$scratch/stall/nginx" -Wl,--dynamic-linker="$scratch/stall/interpreter" - <<-'END'
		#include <stdlib.h>
		int main(void) { return system(": served"); }
	END
}

start_stalled 1
check "each stalled exec is reported, as an alert or as lost" wait_until 20 all_are_counted
check "the alerts of stalled execs have the verdict pending" python3 -IS "$here/alerts.py" --only '!type' "$(status_of alerts)" \
	rule=webserver_shell_exec verdict=pending "pathname=$scratch/stall/zsh" \
	"file.path=$scratch/stall/zsh" comm=nginx server.comm=nginx \
	< <(shelltrap replay --format json)
marked=$(status_of seq_next)
as nginx /bin/sh -c ": seen"
expect "another exec has a slot while execs are stalled" 1 process.argv.-1=": seen" verdict=observed

release_stalled
check "the stalled execs complete" wait "$stalled"
expect_none "an exec that was reported as pending is not reported again"
check "the sum of alerts and losses is the number of hits" test "$(status_of hits)" = \
	"$(($(status_of alerts) + $(status_of lost)))"

check "witness: a server's program compiles" make_server
stall 1 bystander nginx
check "a stalled exec of a server's program is reported as pending" wait_until 20 replay_has '"verdict":"pending"'
marked=$(status_of seq_next)
release_stalled
check "the server's program starts" wait "$stalled"
expect "a shell under a server whose exec was pending raises an alert" 1 \
	rule=webserver_shell_exec "process.argv.-1=: served" server.comm=nginx

# If no rule hits the start of a server, a stalled exec of a server raises no alert.
unload_module
insmod "$payload/shelltrap.ko" pending_after=1
shelltrap policy show |
	sed '/^\[rule webserver_exec\]/,/^action/s/^action = .*/action = off/' >"$scratch/quiet"
rm "$scratch/stall/nginx"
check "a policy without webserver_exec loads" shelltrap policy load "$scratch/quiet"
stall "$(status_of slots)" bystander nginx :
marked=1
check "stalled execs of servers' programs give up their slots" wait_until 20 has_slot
release_stalled
check "the stalled servers' programs start" wait "$stalled"
