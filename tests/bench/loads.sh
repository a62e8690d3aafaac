# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# What is executed to see what it costs: vfork, exec, exit and wait of a tiny static
# program; and a fork. To be sourced after lib.sh.
# shellcheck disable=SC2154

programs=/usr/bin
tiny=$programs/tiny

build_programs()
{
	mkdir -p "$programs/junk"
	compile_spawn &&
		compile_tiny "$tiny" &&
		ln -f "$tiny" "$programs/zsh" &&
		echo "no program" >"$programs/junk/zsh" &&
		chmod +x "$programs/junk/zsh"
}

# run_load LOAD COUNT: by a server or by another; of what is a shell, what is none, what
# can't be run; or just forks.
run_load()
{
	case $1 in
	other | deny) "$scratch/bystander" "$2" "$tiny" ;;
	shell) "$scratch/nginx" "$2" "$programs/zsh" ;;
	refused) "$scratch/nginx" "$2" "$programs/junk/zsh" ;;
	fork) "$scratch/bystander" "$2" ;;
	server-fork) "$scratch/nginx" "$2" ;;
	*) return 2 ;;
	esac
}

# make_policies: the default one, one that does nothing, one that denies.
make_policies()
{
	load_module
	shelltrap policy show >"$scratch/default"
	sed 's/^action = .*/action = off/' "$scratch/default" >"$scratch/idle"
	sed '/^\[rule webserver_shell_exec\]/,/^action/s/^action = .*/action = deny/' \
		"$scratch/default" >"$scratch/deny"
	unload_module
}
