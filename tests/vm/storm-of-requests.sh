# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Attacks by the hundred, with other clients beside, whose true clients are known. To be sourced
# after lib.sh.
# shellcheck disable=SC2154

next_port=20001
attacks=0

watch_has()
{
	grep -qF -- "$1" "$scratch/storm.json"
}

# Shows the line of counts, whether it is wrong or not.
judge()
{
	local status=0

	python3 -IS "$here/request_storm.py" judge "$@" \
		<"$scratch/storm.json" >"$scratch/judged" || status=1
	grep '^#' "$scratch/judged"
	grep -v '^#' "$scratch/judged" >&2
	return "$status"
}

# storm_of_requests NAME HOST:PORT RUN PLAIN COUNT ATTACKERS OTHERS [PROXIED]: see
# request_storm.py.
storm_of_requests()
{
	local name=$1 host=$2 run=$3 plain=$4 count=$5 first=$next_port label=end-$RANDOM$RANDOM

	start_watch "$scratch/storm.json"
	echo "# $name"
	python3 -IS "$here/request_storm.py" attack "$host" "$run" "$plain" "$first" "$count" "$6" "$7"
	check "$name: the attacks reach the server" test $? = 0
	# The last programs outlive their requests by a moment.
	sleep 0.5
	sentinel "$label"
	wait_until 60 watch_has "$label"
	stop_watch
	check "$name: no exact client is wrong, no client that waits is left out" \
		judge "$name" "$first" "$count" "${@:8}"
	grep '^#' "$scratch/seen"
	next_port=$((next_port + count)) attacks=$((attacks + count))
}
