# SPDX-License-Identifier: GPL-2.0
# bash completion for shelltrap(8)

_shelltrap()
{
	local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
	local words

	if ((COMP_CWORD == 1)); then
		words="watch replay status --help --version"
	else
		case $previous in
		--format) words="text json" ;;
		--color) words="auto always never" ;;
		--count | --timeout | --from) words= ;;
		*)
			case ${COMP_WORDS[1]} in
			watch) words="--format --count --timeout --from --color --help --version" ;;
			replay) words="--from --format --color --help --version" ;;
			status) words="--json --help --version" ;;
			esac
			;;
		esac
	fi
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}

complete -F _shelltrap shelltrap
