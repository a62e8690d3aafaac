# SPDX-License-Identifier: GPL-2.0
# bash completion for shelltrap(8)

_shelltrap()
{
	local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
	local words

	if ((COMP_CWORD == 1)); then
		words="watch log replay status --help --version"
	else
		case $previous in
		--format) words="text json" ;;
		--color) words="auto always never" ;;
		--output) words="stdout file:/ journal syslog" ;;
		--config | --state)
			mapfile -t COMPREPLY < <(compgen -f -- "$current")
			return
			;;
		--count | --timeout | --from) words= ;;
		*)
			case ${COMP_WORDS[1]} in
			watch) words="--format --count --timeout --from --color --help --version" ;;
			log) words="--output --format --state --config --wait --help --version" ;;
			replay) words="--from --format --color --help --version" ;;
			status) words="--json --help --version" ;;
			esac
			;;
		esac
	fi
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}

complete -F _shelltrap shelltrap
