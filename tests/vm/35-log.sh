#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# "shelltrap log", "summary" and "report" find each record once, wherever it is: in the file
# that the service writes, in rotated files, plain, .gz and .zst, and in the kernel's backlog.
# limit: 300 s

. "${0%/*}/lib.sh"
. "${0%/*}/log.sh"

file=/var/log/shelltrap/alerts.json

rotate()
{
	logrotate --force /etc/logrotate.d/shelltrap && wait_until 10 test -e "$file"
}

# storm_into_file LABEL: makes 20 execs, and waits until the service has written them.
storm_into_file()
{
	storm "$1" 20
	wait_until 20 has_newest "$file"
}

# log_has_with_loss LABEL=COUNT...: the log has each exec once, and all numbers.
log_has_with_loss()
{
	shelltrap log --format json >"$scratch/log.all" && log_is_complete "$scratch/log.all" "$@"
}

# log_has LABEL=COUNT...: the same, and there is no loss.
log_has()
{
	log_has_with_loss --no-loss "$@"
}

# count_lines COMMAND...
count_lines()
{
	"$@" | wc -l
}

# seqs_of COMMAND...: the numbers of the records, in the order in which they are printed.
seqs_of()
{
	"$@" | jq .seq
}

is_sorted_down()
{
	seqs_of shelltrap log --format json -r -n 30 >"$scratch/log.seqs"
	[[ $(wc -l <"$scratch/log.seqs") == 30 ]] && sort -rnc "$scratch/log.seqs"
}

# page_has SEQ TEXT: the report of this alert has the text.
page_has()
{
	shelltrap report --output "$scratch/page.html" "$1" && grep -qF -- "$2" "$scratch/page.html"
}

page_lacks()
{
	! grep -F -- "$1" "$scratch/page.html"
}

# seq_of TEXT: prints the number of the alert whose command line has the text.
seq_of()
{
	shelltrap log --format json --command "*$1*" | jq .seq | tail -n 1
}

# counts_right: summary counts as many alerts as log prints.
counts_right()
{
	local all counted

	all=$(shelltrap log --format json | jq -c 'select(.type == null)' | wc -l)
	counted=$(shelltrap summary --by server --json | jq '[.groups[].count] | add')
	echo "$all printed, $counted counted"
	((all == counted))
}

# is_each_once: prints the log; no number comes twice, and all come that were given before.
is_each_once()
{
	local newest=$(($(status_of seq_next) - 1))

	seqs_of shelltrap log --format json --since -1d >"$scratch/log.seqs" || return 1
	! sort -n "$scratch/log.seqs" | uniq -d | grep . &&
		[[ $(awk -v max="$newest" '$1 <= max' "$scratch/log.seqs" | wc -l) == "$newest" ]]
}

# each_once_meanwhile: the same while the service writes, and while its file is rotated.
each_once_meanwhile()
{
	local storming turn

	for turn in 1 2 3 4 5; do
		storm "busy$turn" 60 &
		storming=$!
		((turn % 2)) || logrotate --force /etc/logrotate.d/shelltrap &
		is_each_once || return 1
		wait "$storming" || return 1
	done
	wait
}

# without_permission: a user who may read neither the files nor the backlog gets a line for
# each, and exit code 1.
without_permission()
{
	setpriv --reuid 65534 --regid 65534 --clear-groups "$payload/shelltrap" log \
		>"$scratch/log.out" 2>"$scratch/log.err"
	(($? == 1)) && [[ ! -s $scratch/log.out ]] && cat "$scratch/log.err" &&
		(($(wc -l <"$scratch/log.err") == 2)) &&
		grep -q "/var/log/shelltrap.*Permission denied" "$scratch/log.err" &&
		grep -q "backlog: not permitted" "$scratch/log.err"
}

# unloaded: what the files have is shown without the module, too, and that is no failure.
unloaded()
{
	shelltrap log --format json >"$scratch/log.all" 2>"$scratch/log.err" &&
		[[ ! -s $scratch/log.err ]] && grep -q "storm first 0" "$scratch/log.all"
}

install_service
load_module
systemctl start shelltrap
storm_into_file first
rotate
storm_into_file second
rotate
storm_into_file third
rotate
storm_into_file fourth
zcat "$file.3.gz" | zstd -q >"$file.3.zst" && rm "$file.3.gz"
systemctl stop shelltrap
storm fifth 20
# shellcheck disable=SC2012
ls -1 "${file%/*}" | sed 's/^/# /'
check "the log has the records of plain, .gz and .zst files and of the backlog, each once" \
	log_has first=20 second=20 third=20 fourth=20 fifth=20
check "a filter finds what only the backlog has" \
	test "$(count_lines shelltrap log --format compact --command '*storm fifth *')" = 20
check "a filter finds what only the .zst file has" \
	test "$(count_lines shelltrap log --format compact --command '*storm first *')" = 20
check "-n and -r give the newest records, the newest first" is_sorted_down
check "--until an hour ago gives nothing" test "$(count_lines shelltrap log --until -1h)" = 0
check "summary counts what log prints" counts_right
check "report finds an alert that only the backlog has" \
	page_has "$(seq_of 'storm fifth 7.')" "storm fifth 7."
check "report finds an alert of a .zst file, with what its server did within ten minutes" \
	page_has "$(seq_of 'storm first 3.')" "storm first 19."
check "and nothing that another server did" page_lacks "storm second"
check "without permission there is one line for the files and one for the backlog" \
	without_permission
systemctl start shelltrap
wait_until 20 has_newest "$file"
check "the log is the same after the service has written the rest" \
	log_has first=20 second=20 third=20 fourth=20 fifth=20
check "while records are written and the file is rotated, each comes once" each_once_meanwhile
wait_until 20 has_newest "$file"
systemctl stop shelltrap
unload_module
check "without the module the log has what the files have" unloaded
load_module
systemctl start shelltrap
storm_into_file again
# A logger that did not run when the module was unloaded cannot know that nothing is lost.
check "the records of two loads of the module are all there, one load after the other" \
	log_has_with_loss first=20 second=20 third=20 fourth=20 fifth=20 again=20 \
	busy1=60 busy2=60 busy3=60 busy4=60 busy5=60
systemctl stop shelltrap
remove_service
