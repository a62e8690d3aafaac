#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The program exits with 2 for wrong usage, with 3 without the module, and with 4 without
# permission, in a user namespace, too. For 3 and 4 it prints one line that says what to do,
# which depends on whether the module is installed.

. "${0%/*}/lib.sh"

# exits_with STATUS COMMAND...: COMMAND prints nothing on stdout.
exits_with()
{
	local wanted=$1 status=0
	shift

	timeout 10 "$@" >"$scratch/stdout" 2>"$scratch/stderr" </dev/null || status=$?
	echo "status $status; stdout and stderr:"
	cat "$scratch/stdout" "$scratch/stderr"
	((status == wanted)) && [[ ! -s $scratch/stdout ]]
}

# The same with exactly one line on stderr.
exits_tersely_with()
{
	exits_with "$@" && (($(wc -l <"$scratch/stderr") == 1))
}

stderr_has()
{
	cat "$scratch/stderr"
	grep -qE "$1" "$scratch/stderr"
}

as_nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups)

logger=(logger --output stdout --state "$scratch/state")

for command in watch replay logger; do
	words=("$command")
	[[ $command != logger ]] || words=("${logger[@]}")
	check "$command without the module exits with 3" exits_tersely_with 3 shelltrap "${words[@]}"
	check "$command says how to load the module" stderr_has "modprobe shelltrap|insmod"
done

check "logger --wait by an ordinary user does not wait for the module, but exits with 4" \
	exits_tersely_with 4 "${as_nobody[@]}" "$payload/shelltrap" logger --output stdout \
	--state /tmp/nobody.state --wait

# when_installed COMMAND...: runs COMMAND while the module is installed as DKMS installs it.
when_installed()
{
	local directory status=0

	directory=/lib/modules/$(uname -r)
	mkdir -p "$directory" "$scratch/modules/extra"
	cp "$payload/shelltrap.ko" "$scratch/modules/extra/"
	mount --bind "$scratch/modules" "$directory"
	depmod 2>/dev/null
	"$@" || status=$?
	umount "$directory"
	return "$status"
}

finds_installed()
{
	grep '"installed":"/lib/modules/[^"]*/extra/shelltrap.ko"' <(shelltrap status --json) &&
		grep "modprobe shelltrap" <(shelltrap watch 2>&1)
}

finds_none_installed()
{
	grep '"installed":null' <(shelltrap status --json) &&
		grep insmod <(shelltrap watch 2>&1)
}

check "the program says to use insmod for a module that is not installed" finds_none_installed
check "the program says to use modprobe for an installed module" when_installed finds_installed

load_module
for command in watch replay status logger; do
	words=("$command")
	[[ $command != logger ]] || words=("${logger[@]}")
	check "$command by an ordinary user exits with 4" \
		exits_tersely_with 4 "${as_nobody[@]}" "$payload/shelltrap" "${words[@]}"
	check "$command by root of a user namespace exits with 4" \
		exits_tersely_with 4 unshare -Ur "$payload/shelltrap" "${words[@]}"
	check "$command by an ordinary user, root of a user namespace, exits with 4" \
		exits_tersely_with 4 "${as_nobody[@]}" unshare -Ur "$payload/shelltrap" "${words[@]}"
done

for wrong in "frobnicate" "watch --frobnicate" "watch --format xml" "watch --count x" \
	"replay --from x" "replay surplus" "logger" "logger --output mail" \
	"logger --output stdout --config /nonexistent"; do
	# shellcheck disable=SC2086 # several words
	check "'shelltrap $wrong' exits with 2" exits_with 2 shelltrap $wrong
done

old_name_is_explained()
{
	exits_tersely_with 2 shelltrap log --wait && stderr_has "'shelltrap logger'"
}
check "'shelltrap log --wait', the logger's old name, says the new one" old_name_is_explained

check "watch exits with 0 after --timeout" \
	timeout 10 shelltrap watch --timeout 1
check "--help exits with 0" shelltrap --help
check "watch --help exits with 0" shelltrap watch --help
