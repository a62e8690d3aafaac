# SPDX-License-Identifier: GPL-2.0
# bash completion for shelltrap(8)

# Sets $words to what may follow "shelltrap policy".
_shelltrap_policy()
{
	if ((COMP_CWORD == 2)); then
		words="check load show diff explain --help --version"
		return
	fi
	words="--help --version"
	if [[ ${COMP_WORDS[2]} == load ]]; then
		words+=" --replace --defer-names --observe --dry-run --enforce"
	elif [[ ${COMP_WORDS[2]} == @(check|diff) ]]; then
		words+=" --replace"
	elif [[ ${COMP_WORDS[2]} == explain ]]; then
		words+=" --file --replace --seq --target --interpreter --actor --runs --ancestor --stdin --stdout"
		words+=" --dropped --injected --uid --cgroup --argv"
	fi
}

# The options that say which records are shown.
_shelltrap_filters="--rule --severity --server --user --unit --container --client --verdict"
_shelltrap_filters+=" --command --host"

_shelltrap_takes_files()
{
	[[ $1 != -* ]] || return
	case ${COMP_WORDS[1]} in
	policy) [[ $COMP_CWORD -gt 2 && ${COMP_WORDS[2]} =~ ^(check|load|diff)$ ]] ;;
	log | summary | report) [[ $COMP_CWORD -gt 1 && ${COMP_WORDS[COMP_CWORD - 1]} != --* ]] ;;
	*) false ;;
	esac
}

_shelltrap()
{
	local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
	local words

	if _shelltrap_takes_files "$current"; then
		mapfile -t COMPREPLY < <(compgen -f -- "$current")
		return
	fi
	if ((COMP_CWORD == 1)); then
		words="watch log summary logger replay report status policy lock selftest --help --version"
	else
		case $previous in
		--format)
			words="text compact json ecs ocsf cef syslog"
			[[ ${COMP_WORDS[1]} != report ]] || words="html markdown"
			;;
		--color) words="auto always never" ;;
		--output)
			if [[ ${COMP_WORDS[1]} == status || ${COMP_WORDS[1]} == report ]]; then
				mapfile -t COMPREPLY < <(compgen -f -- "$current")
				return
			fi
			words="stdout file:/ journal syslog tcp:// udp://"
			;;
		--config | --state | --file | --target | --interpreter | --shell)
			mapfile -t COMPREPLY < <(compgen -f -- "$current")
			return
			;;
		--stdin | --stdout) words=connected-socket ;;
		--severity) words="low medium high critical" ;;
		--verdict) words="observed denied killed would-deny failed pending held" ;;
		--by) words="rule server user client command unit host day" ;;
		--since | --until) words="today yesterday -1h -1d -7d" ;;
		--lines | --rule | --server | --user | --unit | --container | --client | --command | --host)
			words=
			;;
		--count | --timeout | --from | --observe | --actor | --runs | --ancestor | --seq | --uid | --cgroup | --argv)
			words=
			;;
		*)
			case ${COMP_WORDS[1]} in
			watch) words="--format --count --timeout --from --color $_shelltrap_filters --help --version" ;;
			log) words="--since --until --lines --reverse --format --color $_shelltrap_filters --help --version" ;;
			summary) words="--by --json --since --until $_shelltrap_filters --help --version" ;;
			logger) words="--output --format --state --config --wait --check --help --version" ;;
			replay) words="--from --format --color $_shelltrap_filters --help --version" ;;
			report) words="--output --format --since --until $_shelltrap_filters --help --version" ;;
			status) words="--json --prometheus --output --help --version" ;;
			lock) words="--until-reboot --help --version" ;;
			selftest) words="--actor --shell --timeout --help --version" ;;
			policy) _shelltrap_policy ;;
			esac
			;;
		esac
	fi
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}

complete -F _shelltrap shelltrap
