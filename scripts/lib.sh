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

	# What a Linux kernel in trouble prints.
	splats='BUG:|WARNING: |Oops|Call Trace|general protection|Kernel panic|soft lockup|hard LOCKUP'
	splats+='|rcu.*(stall|detected)|hung_task|blocked for more than|KASAN|KFENCE|UBSAN|KCSAN|kmemleak: [0-9]'
	splats+='|refcount_t|scheduling while atomic|sleeping function called|unable to handle|Modules linked in'
	splats+='|list_(add|del) corruption|DEBUG_LOCKS|circular locking|Unknown symbol|invalid relocation'
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

# hold FOLDER LOCK "what it is": as long as this script runs, FOLDER, made under
# that lock of the cache, is not replaced by another.
hold()
{
	local fd

	touch "$cache/$2"
	exec {fd}<"$cache/$2"
	flock -s "$fd"
	[[ -d $1 ]] || die "$3 was just replaced by a newer one; run this again"
}

# use_lab root|NAME|FOLDER: sets $lab to the lab machine's folder, or to that of another
# (see scripts/lab/more), making it if need be, and holds it; or to one of the caller's.
use_lab()
{
	if [[ $1 == /* ]]; then
		lab=$1
		return
	elif [[ $1 == root ]]; then
		lab=$("$top/scripts/lab/root")
	else
		lab=$("$top/scripts/lab/more" "$1")
	fi
	hold "$lab" "$1.lock" "the lab machine"
}

# Sets $kernel to the test kernel's folder in the same way.
use_kernel()
{
	kernel=$("$top/scripts/lab/kernel")
	hold "$kernel" kernel.lock "the test kernel"
}

# Those files of the working tree, uncommitted ones included, that git would not
# ignore and that still exist; each ends in a NUL.
sources()
{
	local file

	cd "$top"
	git -c safe.directory="$top" ls-files -z --cached --others --exclude-standard -- "$@" |
		while IFS= read -r -d '' file; do
			[[ ! -e $file ]] || printf '%s\0' "$file"
		done | LC_ALL=C sort -zu
}

# copy_sources DIR PART...: brings DIR up to date with these parts of the tree: files
# keep their times, for make; files that are gone from the tree go there too; what
# make has made stays.
copy_sources()
{
	local dir=$1 list=$1/.sources
	shift

	mkdir -p "$dir"
	touch "$list"
	sources "$@" >"$list.new"
	LC_ALL=C comm -z -23 "$list" "$list.new" | (cd "$dir" && xargs -0r rm -f --)
	tar -C "$top" --null --no-recursion -T "$list.new" -c |
		tar -C "$dir" -x --no-same-owner
	mv "$list.new" "$list"
}

# version_of TREE: dkms.conf is the one place that names it.
version_of()
{
	sed -n 's/^PACKAGE_VERSION="\(.*\)"$/\1/p' "$1/dkms.conf"
}

# release_tree DIR [PART...]: a new folder with what it takes to build packages, and
# these parts of the tree. $SHELLTRAP_VERSION makes it another version.
release_tree()
{
	copy_sources "$1" module include userspace Kbuild Makefile dkms.conf COPYING README.md "${@:2}"
	rm "$1/.sources"
	[[ -z ${SHELLTRAP_VERSION:-} ]] ||
		sed -i "s/^PACKAGE_VERSION=.*/PACKAGE_VERSION=\"$SHELLTRAP_VERSION\"/" "$1/dkms.conf"
}
