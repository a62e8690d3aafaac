#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The program's exit codes: 2 wrong usage; 3 no module, 4 not permitted, in a user
# namespace too, each of these with one line on stderr that helps: it knows whether
# the module is installed.

. "${0%/*}/lib.sh"

# exits STATUS COMMAND...: with that status and nothing on stdout.
exits()
{
	local wanted=$1 status=0
	shift

	timeout 10 "$@" >"$scratch/stdout" 2>"$scratch/stderr" </dev/null || status=$?
	echo "status $status; stdout and stderr:"
	cat "$scratch/stdout" "$scratch/stderr"
	((status == wanted)) && [[ ! -s $scratch/stdout ]]
}

# The same with exactly one line on stderr.
exits_tersely()
{
	exits "$@" && (($(wc -l <"$scratch/stderr") == 1))
}

says()
{
	cat "$scratch/stderr"
	grep -qE "$1" "$scratch/stderr"
}

as_nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups)

log=(log --output stdout --state "$scratch/state")

for command in watch replay log; do
	words=("$command")
	[[ $command != log ]] || words=("${log[@]}")
	check "$command without the module exits 3" exits_tersely 3 shelltrap "${words[@]}"
	check "$command says how to load it" says "modprobe shelltrap|insmod"
done

# when_installed COMMAND...: as after "make dkms-install", as long as COMMAND runs.
when_installed()
{
	local folder status=0

	folder=/lib/modules/$(uname -r)
	mkdir -p "$folder" "$scratch/modules/extra"
	cp "$payload/shelltrap.ko" "$scratch/modules/extra/"
	mount --bind "$scratch/modules" "$folder"
	depmod 2>/dev/null
	"$@" || status=$?
	umount "$folder"
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

check "a module that is not installed is told from" finds_none_installed
check "one that is, and how to load it" when_installed finds_installed

load_module
for command in watch replay status log; do
	words=("$command")
	[[ $command != log ]] || words=("${log[@]}")
	check "$command by nobody exits 4" \
		exits_tersely 4 "${as_nobody[@]}" "$payload/shelltrap" "${words[@]}"
	check "$command by root of a user namespace exits 4" \
		exits_tersely 4 unshare -Ur "$payload/shelltrap" "${words[@]}"
	check "$command by nobody who became root of a user namespace exits 4" \
		exits_tersely 4 "${as_nobody[@]}" unshare -Ur "$payload/shelltrap" "${words[@]}"
done

for wrong in "frobnicate" "watch --frobnicate" "watch --format xml" "watch --count x" \
	"replay --from x" "replay surplus" "log" "log --output mail" \
	"log --output stdout --config /nonexistent"; do
	# shellcheck disable=SC2086 # several words
	check "'shelltrap $wrong' exits 2" exits 2 shelltrap $wrong
done

check "a watcher whose --timeout is over has done its work: 0" \
	timeout 10 shelltrap watch --timeout 1
check "--help is no error" shelltrap --help
check "watch --help is no error" shelltrap watch --help
