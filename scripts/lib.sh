# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# What the scripts share: paths, progress lines, checks that are counted, the directories
# in .cache/. To be sourced after "set -euo pipefail".

# shellcheck disable=SC2034 # for the scripts that source this
{
	top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
	cache=$top/.cache
	logs=$cache/log

	# What Linux prints when it finds a bug in itself.
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

# step NAME "doing what" "how long" COMMAND...: runs COMMAND with its output in
# .cache/log/NAME.log, and prints one line before it and one after it. Ends the script if
# COMMAND fails. COMMAND may be a function: it runs in a subshell with errexit on, which
# "if" or "||" around the call would switch off.
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

# packages_in SECTION: prints the packages of that section of scripts/packages.
packages_in()
{
	awk -v want="[$1]" '
		/^\[/ { inside = ($0 == want); found = found || inside; next }
		inside && NF && !/^#/ { print $1 }
		END { exit !found }' "$top/scripts/packages" ||
		die "scripts/packages has no section [$1]"
}

# make_cached NAME KEY LOCK COMMAND: prints the directory .cache/NAME-KEY. If it does not
# exist, COMMAND DIRECTORY makes it first, under the lock .cache/LOCK.lock, and older
# directories of this NAME are removed. The directory is renamed when COMMAND has
# finished, so an interrupted run leaves nothing that looks finished.
make_cached()
{
	local final=$cache/$1-$2 new=$cache/new-$3

	if [[ ! -d $final ]]; then
		mkdir -p "$cache"
		exec 9>"$cache/$3.lock"
		flock 9
	fi
	if [[ ! -d $final ]]; then
		rm -rf "$cache/$1"-* "$new"
		mkdir "$new"
		"$4" "$new" 9>&-
		mv "$new" "$final"
	fi
	echo "$final"
}

# protect DIRECTORY LOCK "what it is": until this script ends, no other script replaces
# DIRECTORY, which make_cached made under LOCK.
protect()
{
	local fd

	touch "$cache/$2.lock"
	exec {fd}<"$cache/$2.lock"
	flock -s "$fd"
	[[ -d $1 ]] || die "$3 was just replaced by a newer one; run this again"
}

# use_lab root|NAME|/DIRECTORY: sets $lab to the directory of the lab machine ("root"), or
# of the lab machine NAME (see scripts/lab/more), made first if necessary and protected;
# or to the caller's own DIRECTORY.
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
	protect "$lab" "$1" "the lab machine"
}

# use_kernel: sets $kernel to the directory of the test kernel, in the same way.
use_kernel()
{
	kernel=$("$top/scripts/lab/kernel")
	protect "$kernel" kernel "the test kernel"
}

# use_uml: sets $uml to the directory of User Mode Linux, in the same way.
use_uml()
{
	uml=$("$top/scripts/lab/uml")
	protect "$uml" uml "User Mode Linux"
}

# uml_make TREE TARGET...: builds in the source TREE of User Mode Linux. KASAN checks what
# the tests and the files named here access; to check all files takes much longer to
# compile, and -O1 takes a sixth less than -O2 or -Os. User, host and time are fixed, so
# that two builds of one source are the same.
uml_make()
{
	make -C "$1" -j"$(nproc)" ARCH=um KBUILD_BUILD_USER=shelltrap KBUILD_BUILD_HOST=lab \
		KBUILD_BUILD_TIMESTAMP=@0 KCFLAGS=-O1 KASAN_SANITIZE=n \
		KASAN_SANITIZE_skbuff.o=y KASAN_SANITIZE_nlattr.o=y SHELLTRAP_KUNIT=y "${@:2}"
}

# list_sources PATH...: prints the files below these paths of the working tree that exist
# and that git does not ignore, uncommitted ones included; a NUL after each.
list_sources()
{
	local file

	cd "$top"
	git -c safe.directory="$top" ls-files -z --cached --others --exclude-standard -- "$@" |
		while IFS= read -r -d '' file; do
			[[ ! -e $file ]] || printf '%s\0' "$file"
		done | LC_ALL=C sort -zu
}

# copy_sources DIR PATH...: brings DIR up to date with these paths of the working tree.
# Files keep their times, so that make compiles only what has changed. A file that was
# removed from the tree is removed from DIR, too; files that a build made in DIR stay.
copy_sources()
{
	local dir=$1 list=$1/.sources
	shift

	mkdir -p "$dir"
	touch "$list"
	list_sources "$@" >"$list.new"
	LC_ALL=C comm -z -23 "$list" "$list.new" | (cd "$dir" && xargs -0r rm -f --)
	tar -C "$top" --null --no-recursion -T "$list.new" -c |
		tar -C "$dir" -x --no-same-owner
	mv "$list.new" "$list"
}

# pack_initrd DIR FILE: packs DIR into the initrd FILE and removes DIR.
pack_initrd()
{
	(cd "$1" && find . | LC_ALL=C sort | cpio -o -H newc --quiet -R 0:0) >"$2"
	rm -r "$1"
}

# version_of TREE: prints its version, which only dkms.conf says.
version_of()
{
	sed -n 's/^PACKAGE_VERSION="\(.*\)"$/\1/p' "$1/dkms.conf"
}

# make_release_tree DIR [PATH...]: puts what packages are built from, and these paths of the
# working tree, into the new directory DIR. $SHELLTRAP_VERSION replaces the version.
make_release_tree()
{
	copy_sources "$1" module include userspace Kbuild Makefile dkms.conf COPYING README.md "${@:2}"
	rm "$1/.sources"
	[[ -z ${SHELLTRAP_VERSION:-} ]] ||
		sed -i "s/^PACKAGE_VERSION=.*/PACKAGE_VERSION=\"$SHELLTRAP_VERSION\"/" "$1/dkms.conf"
}

# Checks: each prints a line of TAP and is counted in $passed or $failed.
passed=0 failed=0

ok()
{
	printf 'ok - %s\n' "$1"
	passed=$((passed + 1))
}

# not_ok "promise" "what was seen instead"
not_ok()
{
	printf 'not ok - %s\n%s\n' "$1" "$2"
	failed=$((failed + 1))
}

# check_none "promise" "FAULTS": the promise holds if there are no faults.
check_none()
{
	if [[ -z $2 ]]; then ok "$1"; else not_ok "$1" "$2"; fi
}

# count_checks FILE [INDENT]: adds the lines of TAP in FILE to $passed and $failed. INDENT is
# a regular expression for what stands before "ok".
count_checks()
{
	passed=$((passed + $(grep -cE "^${2:-}ok " "$1" || true)))
	failed=$((failed + $(grep -cE "^${2:-}not ok " "$1" || true)))
}

# print_counts MINIMUM: prints the last line of a test run. Fails if a check failed, or if
# fewer than MINIMUM passed.
print_counts()
{
	echo "$passed passed, $failed failed"
	((failed == 0 && passed >= $1))
}
