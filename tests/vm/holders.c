// SPDX-License-Identifier: GPL-2.0
/*
 * holders HOW PROGRAM ARGUMENT...: a child executes PROGRAM, held by its parent in a way that
 * an exception must not overlook.
 *
 *	fork	not at all
 *	vfork	the parent waits until the child has executed
 *	trace	the parent traces the child, and rewrites its last argument at the exec stop
 *	memory	the two share their memory (CLONE_VM without CLONE_VFORK)
 *	files	the two share their working directory (CLONE_FS)
 *	filter	a filter of seccomp, whose listener the child keeps, as its parent could
 */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

static char stack[65536] __attribute__((aligned(16)));
static const char *how;

static void filter(void)
{
	struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	struct sock_fprog program = { 1, &allow };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER,
		    &program) < 0)
		_exit(126);
}

static int run(void *arguments)
{
	char **argv = arguments;

	if (!strcmp(how, "filter"))
		filter();
	if (!strcmp(how, "trace"))
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
	execv(argv[0], argv + 1);
	_exit(127);
}

/* The last argument, which lies high in the stack, becomes "echo ridden". */
static void rewrite(pid_t child, const char *last)
{
	static const char ridden[] = "echo ridden";
	struct user_regs_struct registers;
	struct iovec own, its;
	static char page[16384];
	char *found;

	ptrace(PTRACE_GETREGS, child, NULL, &registers);
	own = (struct iovec){ page, sizeof(page) };
	its = (struct iovec){ (void *)registers.rsp, sizeof(page) };
	own.iov_len = process_vm_readv(child, &own, 1, &its, 1, 0);
	found = own.iov_len > 0 ? memmem(page, own.iov_len, last, strlen(last)) : NULL;
	if (!found)
		return;
	own = (struct iovec){ (void *)ridden, sizeof(ridden) };
	its = (struct iovec){ (void *)(registers.rsp + (found - page)), sizeof(ridden) };
	process_vm_writev(child, &own, 1, &its, 1, 0);
}

int main(int argc, char **argv)
{
	int flags = SIGCHLD, status;
	pid_t child;

	if (argc < 3)
		return 2;
	how = argv[1];
	if (!strcmp(how, "vfork"))
		flags |= CLONE_VM | CLONE_VFORK;
	if (!strcmp(how, "memory"))
		flags |= CLONE_VM;
	if (!strcmp(how, "files"))
		flags |= CLONE_FS;
	child = clone(run, stack + sizeof(stack), flags, argv + 2);
	if (child < 0)
		return 1;
	while (waitpid(child, &status, 0) == child && WIFSTOPPED(status)) {
		rewrite(child, argv[argc - 1]);
		ptrace(PTRACE_DETACH, child, NULL, NULL);
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
