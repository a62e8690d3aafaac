# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Running the logger and storms of execs. To be sourced after lib.sh.
# shellcheck disable=SC2154

# configure [LINE...]: writes a configuration with these lines and with a state file of the
# test's own.
configure()
{
	printf '%s\n' "[log]" "state = $scratch/log.state" "$@" >"$scratch/log.conf"
}

# start_logger: starts the logger with that configuration. Its PID is $logger.
# With the priority that its unit gives it.
start_logger()
{
	nice -n -10 shelltrap logger --config "$scratch/log.conf" >>"$scratch/log.out" 2>>"$scratch/log.err" </dev/null &
	logger=$!
}

stop_logger()
{
	kill "$logger"
	wait "$logger"
}

# The shell's message about the killed job is dropped.
kill_logger()
{
	kill -KILL "$logger"
	wait "$logger" 2>/dev/null
}

# resident_of FIELD: prints this field of the logger's /proc/PID/status, in KiB.
resident_of()
{
	sed -n "s/^$1:[^0-9]*\([0-9]*\) kB/\1/p" "/proc/$logger/status"
}

# microseconds_of COMMAND...: prints how long COMMAND takes.
microseconds_of()
{
	local start=${EPOCHREALTIME/./}

	"$@"
	echo $((${EPOCHREALTIME/./} - start))
}

# print_delays COUNT: makes COUNT execs, one after the other, and prints how late a logger
# writes them (see delay.py).
print_delays()
{
	local i

	configure "[output stdout]"
	shelltrap logger --config "$scratch/log.conf" 2>/dev/null \
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

# Prints the instance of the loaded module.
current_instance()
{
	shelltrap status --json | grep -o '"instance": *"[0-9a-f]*"' | cut -d '"' -f 4
}

remove_logs()
{
	rm -rf "$scratch"/log.*
}

# Compiles storm.c, and a "shell" that exits at once, so that a storm consists of execs.
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

# log_is_complete FILE [OPTION] LABEL=COUNT...: see logged.py.
log_is_complete()
{
	local file=$1
	shift

	python3 -IS "$here/logged.py" "$@" <"$file"
}

# has_newest FILE: the last line of FILE is the newest alert of the module, or a loss that ends
# with its number.
has_newest()
{
	local last
	last=$(tail -n 1 "$1" | sed 's/.*"last": *\([0-9]*\).*/\1/; t; s/.*"seq": *\([0-9]*\).*/\1/')

	[[ -n $last ]] && ((last + 1 == $(status_of seq_next)))
}

# Installs the service as "make install" does.
install_service()
{
	install -m 0755 "$payload/shelltrap" /usr/sbin/shelltrap
	install -D -m 0644 "$payload/userspace/conf/shelltrap.conf" /etc/shelltrap/shelltrap.conf
	install -m 0644 "$payload/userspace/systemd/shelltrap.service" /etc/systemd/system/
	install -m 0644 "$payload/userspace/conf/shelltrap.logrotate" /etc/logrotate.d/shelltrap
	install -d /var/lib/shelltrap/logrotate.d
	systemctl daemon-reload
}

remove_service()
{
	rm -r /etc/systemd/system/shelltrap.service /etc/shelltrap /usr/sbin/shelltrap /var/log/shelltrap \
		/var/lib/shelltrap /etc/logrotate.d/shelltrap
	systemctl daemon-reload
}

build_storm || not_ok "${0##*/}: the storm compiles"
