# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Running the logger. To be sourced after lib.sh.
# shellcheck disable=SC2154

# configure [LINE...]: a configuration with these lines, and state of its own.
configure()
{
	printf '%s\n' "[log]" "state = $scratch/log.state" "$@" >"$scratch/log.conf"
}

# start_logger: with that configuration; its PID is $logger.
start_logger()
{
	shelltrap log --config "$scratch/log.conf" >>"$scratch/log.out" 2>>"$scratch/log.err" </dev/null &
	logger=$!
}

stop_logger()
{
	kill "$logger"
	wait "$logger"
}

# All the same, whatever a shell says to a job that is killed.
kill_logger()
{
	kill -KILL "$logger"
	wait "$logger" 2>/dev/null
}

# resident_of FIELD: of /proc/PID/status, in KiB.
resident_of()
{
	sed -n "s/^$1:[^0-9]*\([0-9]*\) kB/\1/p" "/proc/$logger/status"
}

# microseconds_of COMMAND...
microseconds_of()
{
	local start=${EPOCHREALTIME/./}

	"$@"
	echo $((${EPOCHREALTIME/./} - start))
}

# delays_of_logger COUNT: see delay.py, of so many execs, one at a time.
delays_of_logger()
{
	local i

	configure "[output stdout]"
	shelltrap log --config "$scratch/log.conf" 2>/dev/null \
		> >(python3 -ISu "$here/delay.py" "$1" >"$scratch/log.delays") &
	logger=$!
	wait_until 10 is_listening
	for ((i = 0; i < $1; i++)); do
		storm one 1
	done
	wait_until 10 test -s "$scratch/log.delays"
	stop_logger
	cat "$scratch/log.delays"
}

# Of the load that is there.
instance()
{
	shelltrap status --json | grep -o '"instance": *"[0-9a-f]*"' | cut -d '"' -f 4
}

forget_logs()
{
	rm -rf "$scratch"/log.*
}

# Built where it runs, with a shell that does nothing: what takes time is the exec.
build_storm()
{
	local dir=$scratch/storm

	[[ ! -x $dir/storm ]] || return 0
	mkdir -p "$dir"
	echo 'int main(void) { return 0; }' | gcc -O1 -static -o "$dir/sh" -x c - &&
		gcc -O1 -D_GNU_SOURCE -o "$dir/storm" "$here/storm.c"
}

# storm LABEL COUNT: see storm.c.
storm()
{
	"$scratch/storm/storm" "$scratch/storm/sh" "$@"
}

# logged FILE [OPTION] LABEL=COUNT...: see logged.py.
logged()
{
	local file=$1
	shift

	python3 -IS "$here/logged.py" "$@" <"$file"
}

# has_all FILE: the number before the one that the module will give next is in it.
has_all()
{
	local last
	last=$(tail -n 1 "$1" | sed 's/.*"last": *\([0-9]*\).*/\1/; t; s/.*"seq": *\([0-9]*\).*/\1/')

	[[ -n $last ]] && ((last + 1 == $(status_of seq_next)))
}

# As make install does it.
install_service()
{
	install -m 0755 "$payload/shelltrap" /usr/sbin/shelltrap
	install -D -m 0644 "$payload/userspace/conf/shelltrap.conf" /etc/shelltrap/shelltrap.conf
	install -m 0644 "$payload/userspace/systemd/shelltrap.service" /etc/systemd/system/
	install -m 0644 "$payload/userspace/conf/shelltrap.logrotate" /etc/logrotate.d/shelltrap
	systemctl daemon-reload
}

remove_service()
{
	rm -r /etc/systemd/system/shelltrap.service /etc/shelltrap /usr/sbin/shelltrap /var/log/shelltrap \
		/var/lib/shelltrap /etc/logrotate.d/shelltrap
	systemctl daemon-reload
}

build_storm || not_ok "${0##*/}: there is a storm"
