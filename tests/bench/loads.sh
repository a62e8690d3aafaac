# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# The loads whose instructions are counted: vfork, exec, exit and wait of a tiny static
# program; and a fork. To be sourced after lib.sh.
# shellcheck disable=SC2154

programs=/usr/bin
tiny=$programs/tiny

build_programs()
{
	mkdir -p "$programs/junk"
	compile_spawn &&
		compile_tiny "$tiny" &&
		cp "$tiny" "$programs/unlisted" &&
		ln -f "$tiny" "$programs/zsh" &&
		echo "no program" >"$programs/junk/zsh" &&
		chmod +x "$programs/junk/zsh"
}

# run_load LOAD COUNT: a server or another process executes a shell, another program, or a
# file that cannot be executed, or only forks. See profile for the LOADs.
run_load()
{
	case $1 in
	other | deny) "$scratch/bystander" "$2" "$tiny" ;;
	server-other) "$scratch/nginx" "$2" "$programs/unlisted" ;;
	shell) "$scratch/nginx" "$2" "$programs/zsh" ;;
	shell-30) "$scratch/nginx" "$2" "$programs/zsh" 30 1 ;;
	shell-1000) "$scratch/nginx" "$2" "$programs/zsh" 1000 30 ;;
	refused) "$scratch/nginx" "$2" "$programs/junk/zsh" ;;
	fork) "$scratch/bystander" "$2" ;;
	server-fork) "$scratch/nginx" "$2" ;;
	*) return 2 ;;
	esac
}

# Writes three policies: the built-in one, one without any action, and one that denies.
make_policies()
{
	load_module
	shelltrap policy show >"$scratch/default"
	sed 's/^action = .*/action = off/' "$scratch/default" >"$scratch/idle"
	sed '/^\[rule webserver_shell_exec\]/,/^action/s/^action = .*/action = deny/' \
		"$scratch/default" >"$scratch/deny"
	unload_module
}
