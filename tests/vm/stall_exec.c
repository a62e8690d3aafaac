// SPDX-License-Identifier: GPL-2.0
/*
 * stall_exec NAME PROGRAM [ARGUMENT...]: a process called NAME executes PROGRAM, and the exec
 * stands still after the kernel has checked it: another thread of the process is traced, it
 * dies, and the tracer does not reap it. Prints "stalled", waits for a line on stdin, reaps
 * the thread and says how the process ended: "exited CODE" or "killed SIGNAL".
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "serve.h"

static int tids[2], go[2];

static void check(int failed, const char *what)
{
	if (!failed)
		return;
	perror(what);
	exit(125);
}

static void *be_traced(void *unused)
{
	pid_t tid = syscall(SYS_gettid);

	check(write(tids[1], &tid, sizeof(tid)) != sizeof(tid), "write");
	for (;;)
		pause();
	return unused;
}

static void execute(char **argv)
{
	pthread_t thread;
	char byte;

	serve(argv[0]);
	check(pthread_create(&thread, NULL, be_traced, NULL), "pthread_create");
	check(read(go[0], &byte, 1) != 1, "read");
	execv(argv[1], argv + 1);
	_exit(126);
}

/* The thread has been killed by the exec once it can be waited for; it is not reaped. */
static void wait_for_death(pid_t tid)
{
	siginfo_t info;

	check(waitid(P_PID, tid, &info, WEXITED | WNOWAIT | __WALL), "waitid");
}

int main(int argc, char **argv)
{
	pid_t child, tid;
	int status;

	check(argc < 3 || pipe(tids) || pipe(go), "stall_exec NAME PROGRAM [ARGUMENT...]");
	child = fork();
	check(child < 0, "fork");
	if (!child)
		execute(argv + 1);
	check(read(tids[0], &tid, sizeof(tid)) != sizeof(tid), "read");
	check(ptrace(PTRACE_SEIZE, tid, 0, 0), "PTRACE_SEIZE");
	check(write(go[1], "", 1) != 1, "write");
	wait_for_death(tid);
	puts("stalled");
	fflush(stdout);
	getchar();
	check(waitpid(tid, &status, __WALL) != tid, "waitpid of the thread");
	check(waitpid(child, &status, 0) != child, "waitpid");
	if (WIFSIGNALED(status))
		printf("killed %d\n", WTERMSIG(status));
	else
		printf("exited %d\n", WEXITSTATUS(status));
	return 0;
}
