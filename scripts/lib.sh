# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# What the scripts share: where things are, how a long step shows itself, how a
# script gives up. To be sourced, with "set -euo pipefail" in force.

# shellcheck disable=SC2034 # for those who source this
{
	top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
	cache=$top/.cache
	logs=$cache/log
}

die()
{
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

say()
{
	printf '==> %s\n' "$*" >&2
}

# step NAME "doing what" "how long" COMMAND...: one line before a long step, its
# output in a log, one line after it. COMMAND may be a function of the caller;
# a subshell on its own, not "if", or errexit would be off inside.
step()
{
	local log=$logs/$1.log what=$2 usual=$3 status begin=$SECONDS
	shift 3

	mkdir -p "$logs"
	say "$what (usually $usual; log: ${log#"$PWD"/})"
	set +e
	(
		set -e
		"$@"
	) >"$log" 2>&1 </dev/null
	status=$?
	set -e
	if ((status)); then
		tail -n 25 "$log" >&2
		die "$what: failed with status $status; the whole log is $log"
	fi
	say "  done in $((SECONDS - begin)) s"
}

# The packages of one section of scripts/packages.
packages_in()
{
	awk -v want="[$1]" '
		/^\[/ { inside = ($0 == want); found = found || inside; next }
		inside && NF && !/^#/ { print $1 }
		END { exit !found }' "$top/scripts/packages" ||
		die "scripts/packages has no section [$1]"
}

# Sets $lab to the lab machine's folder, making it if need be; it is not replaced
# by another one while this script runs.
use_lab()
{
	lab=$("$top/scripts/lab/root")
	touch "$cache/root.lock"
	exec 7<"$cache/root.lock"
	flock -s 7
	[[ -d $lab ]] || die "the lab machine was just replaced by a newer one; run this again"
}
