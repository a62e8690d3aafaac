# SPDX-License-Identifier: GPL-2.0
# bash completion for shelltrap(8)

# What every command has, and the options that say which records are shown.
_shelltrap_common="--quiet --help --version"
_shelltrap_filters="--rule --severity --server --user --unit --container --client --verdict"
_shelltrap_filters+=" --command --host"

# Prints the options of a command, or of an action of "shelltrap policy".
_shelltrap_options()
{
	case $1 in
	watch)
		echo "--format --json --count --timeout --from --color --access-log --utc"
		echo "$_shelltrap_filters"
		;;
	log)
		echo "--since --until --lines --reverse --format --json --color --access-log --utc"
		echo "$_shelltrap_filters"
		;;
	summary) echo "--by --lines --json --since --until --utc $_shelltrap_filters" ;;
	logger) echo "--output --format --state --config --wait --check" ;;
	notify) echo "--socket" ;;
	ask) echo "--socket --config" ;;
	replay) echo "--from --lines --format --json --color --utc $_shelltrap_filters" ;;
	report) echo "--output --format --since --until --access-log --utc $_shelltrap_filters" ;;
	evidence)
		echo "--output --memory --file --document-root --member-limit --limit --seconds"
		echo "--service --socket --config"
		;;
	status) echo "--json --servers --prometheus --output" ;;
	lock) echo "--until-reboot" ;;
	held) echo "--json --utc" ;;
	release) echo "--kill --kill-server --yes" ;;
	selftest) echo "--actor --shell --timeout" ;;
	load) echo "--replace --defer-names --observe --dry-run --enforce" ;;
	check | diff) echo "--replace" ;;
	except) echo "--file --policy" ;;
	learn) echo "--since --until --policy --utc $_shelltrap_filters" ;;
	explain)
		echo "--file --replace --seq --target --interpreter --actor --runs --serves --ancestor"
		echo "--stdin --stdout --dropped --injected --uid --cgroup --cwd --argv"
		;;
	esac
}

# Prints what may follow an option of a command, "FILES" for files. Fails if the option takes
# no value.
_shelltrap_values()
{
	case $2 in
	--format | -f)
		[[ $1 == report ]] && echo html markdown || echo text compact json ecs ocsf cef syslog
		;;
	--output)
		if [[ $1 == logger ]]; then
			echo stdout file:/ journal syslog tcp:// udp:// exec:/
		else
			echo FILES
		fi
		;;
	--config | --state | --socket | --file | --target | --interpreter) echo FILES ;;
	--shell | --policy | --access-log | --document-root) echo FILES ;;
	--color) echo auto always never ;;
	--stdin | --stdout) echo connected-socket ;;
	--severity) echo low medium high critical ;;
	--verdict) echo observed denied killed would-deny failed pending held ;;
	--by) echo rule server user client command unit host day ;;
	--since | --until) echo today yesterday -1h -1d -7d ;;
	--lines | -n | --rule | --server | --user | --unit | --container | --client | --command) ;;
	--host | --count | --timeout | --from | --observe | --actor | --runs | --ancestor) ;;
	--seq | --uid | --cgroup | --cwd | --argv | --member-limit | --limit | --seconds) ;;
	--serves) ;;
	*) return 1 ;;
	esac
}

# Whether the command has operands that are files.
_shelltrap_takes_files()
{
	[[ $1 == @(log|summary|report|check|load|diff|explain|learn) ]]
}

_shelltrap()
{
	local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
	local command=${COMP_WORDS[1]} before="" words

	((COMP_CWORD < 2)) || before=${COMP_WORDS[COMP_CWORD - 2]}
	[[ $command != policy || $COMP_CWORD -lt 3 ]] || command=${COMP_WORDS[2]}
	if ((COMP_CWORD == 1)); then
		words="watch log summary logger notify ask replay report evidence status policy lock held release selftest --help --version"
	elif [[ $command == policy ]]; then
		words="check load show diff explain except learn $_shelltrap_common"
	elif [[ $current == : && $previous == file || $previous == : && $before == file ]]; then
		# Bash makes three words of "file:/path", or two if nothing follows the ':'.
		words=FILES
		current=${current#:}
	elif [[ $current == file:* ]]; then
		mapfile -t COMPREPLY < <(compgen -P file: -f -- "${current#file:}")
		return
	elif [[ $current == = && $previous == --json || $previous == = && $before == --json ]]; then
		words=pretty
		current=${current#=}
	elif ! words=$(_shelltrap_values "$command" "$previous"); then
		words="$(_shelltrap_options "$command") $_shelltrap_common"
		[[ $current == -* ]] || ! _shelltrap_takes_files "$command" || words=FILES
	fi
	if [[ $words == FILES ]]; then
		mapfile -t COMPREPLY < <(compgen -f -- "$current")
	else
		mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
	fi
}

complete -F _shelltrap shelltrap
