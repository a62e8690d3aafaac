// SPDX-License-Identifier: GPL-2.0
#include <linux/audit.h>
#include <linux/binfmts.h>
#include <linux/cgroup.h>
#include <linux/cred.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/fs_struct.h>
#include <linux/magic.h>
#include <linux/pid_namespace.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/timekeeping.h>
#include <linux/uaccess.h>
#include <linux/user_namespace.h>
#include <net/inet_sock.h>
#include <net/sock.h>

#include "actor.h"
#include "capture.h"
#include "compat.h"
#include "hit.h"
#include "lineage.h"
#include "namespace.h"
#include "sockets.h"
#include "task.h"

/*
 * What an ordinary user's program does behind a web port is often development, as with an
 * editor's preview: it is of high severity at most.
 */
#define FIRST_ORDINARY_USER	1000

void shelltrap_capture_file(struct shelltrap_hit *hit, const struct linux_binprm *bprm)
{
	const struct inode *inode = file_inode(bprm->file);
	struct shelltrap_facts *facts = &hit->facts;

	hit->refs.file = get_file(bprm->file);
	facts->file_dev = inode->i_sb->s_dev;
	facts->file_ino = inode->i_ino;
	facts->file_mode = inode->i_mode;
	facts->file_uid = __kuid_val(inode->i_uid);
	facts->file_gid = __kgid_val(inode->i_gid);
}

static enum shelltrap_stdio_type file_type(const struct file *file)
{
	const struct inode *inode = file_inode(file);

	switch (inode->i_mode & S_IFMT) {
	case S_IFIFO:
		return inode->i_sb->s_magic == PIPEFS_MAGIC ? SHELLTRAP_STDIO_PIPE :
							      SHELLTRAP_STDIO_FIFO;
	case S_IFSOCK:
		return SHELLTRAP_STDIO_SOCKET;
	case S_IFDIR:
		return SHELLTRAP_STDIO_DIR;
	case S_IFCHR:
		return SHELLTRAP_STDIO_CHR;
	case S_IFBLK:
		return SHELLTRAP_STDIO_BLK;
	default:
		return SHELLTRAP_STDIO_FILE;
	}
}

/* Takes no lock: each field is valid, but the fields may come from different moments. */
static void capture_socket(struct shelltrap_stdio *io, const struct sock *sk)
{
	io->family = READ_ONCE(sk->sk_family);
	io->sock_type = READ_ONCE(sk->sk_type);
	io->state = READ_ONCE(sk->sk_state);
	if (io->family != AF_INET && io->family != AF_INET6)
		return;

	io->local_port = htons(READ_ONCE(sk->sk_num));
	io->peer_port = READ_ONCE(sk->sk_dport);
	shelltrap_socket_addresses(sk, &io->local, &io->peer);
}

/*
 * Drops the reference to the file at once: while it is held, closing the descriptor would not
 * give the peer of a socket or pipe its end of file.
 */
static void capture_stdio(struct shelltrap_stdio *io, unsigned int fd)
{
	struct file *file = fget_raw(fd);
	struct socket *sock;

	memset(io, 0, sizeof(*io));
	io->type = SHELLTRAP_STDIO_NONE;
	if (!file)
		return;
	io->type = file_type(file);
	sock = io->type == SHELLTRAP_STDIO_SOCKET ? shelltrap_sock_from_file(file) : NULL;
	if (sock && sock->sk)
		capture_socket(io, sock->sk);
	fput(file);
}

/* The ids are those of the initial user namespace, which maps each kernel id to itself. */
static void capture_ids(struct shelltrap_facts *facts)
{
	const struct cred *cred = current_cred();

	facts->uid = __kuid_val(cred->uid);
	facts->gid = __kgid_val(cred->gid);
	facts->euid = __kuid_val(cred->euid);
	facts->egid = __kgid_val(cred->egid);
	facts->loginuid = __kuid_val(audit_get_loginuid(current));
	facts->sessionid = audit_get_sessionid(current);
}

static void capture_process(struct shelltrap_facts *facts)
{
	facts->pid = task_tgid_nr(current);
	/* The leader's start: a thread that calls exec takes the place of its leader. */
	facts->start = current->group_leader->start_boottime;
	facts->tid = task_pid_nr(current);
	facts->ns_pid = task_tgid_vnr(current);
	facts->pid_ns = task_active_pid_ns(current)->ns.inum;
	facts->mnt_ns = shelltrap_mnt_ns_of(current);
}

static void capture_cgroup(struct shelltrap_hit *hit)
{
	struct cgroup *cgroup;

	hit->facts.cgroup_id = 0;
	if (!shelltrap_cgroup_is_known())
		return;
	rcu_read_lock();
	cgroup = shelltrap_task_cgroup(current);
	if (cgroup) {
		hit->refs.cgroup = cgroup;
		hit->facts.cgroup_id = cgroup_id(cgroup);
	}
	rcu_read_unlock();
}

/* Returns the process of that number if current or one of its ancestors is in it, or NULL. */
static struct task_struct *find_ancestor(pid_t pid)
{
	struct task_struct *task = current;
	unsigned int i;

	for (i = 0; task && task->pid && i <= SHELLTRAP_ANCESTORS_MAX; i++) {
		if (task_tgid_nr(task) == pid)
			return task;
		task = rcu_dereference(task->real_parent);
	}
	return NULL;
}

void shelltrap_capture_server(const struct shelltrap_actor *actor, pid_t *pid, char *comm)
{
	if (!actor->matched)
		return;
	if (actor->server) {
		*pid = task_tgid_nr(actor->server);
		shelltrap_task_comm(comm, actor->server);
	} else {
		*pid = actor->served_by->pid;
		memcpy(comm, actor->served_by->comm, TASK_COMM_LEN);
	}
}

/* The wall clock of a time since the boot: the clock may have been set since. */
static u64 wall_clock(const struct shelltrap_facts *facts, u64 boottime)
{
	return facts->time - (ktime_get_boot_fast_ns() - boottime);
}

/* When the server began to serve; where it has no founder, it is known since it began. */
static u64 capture_server_started(const struct shelltrap_facts *facts,
				  const struct shelltrap_actor *actor)
{
	struct task_struct *server = actor->server;

	if (actor->served_by && (!server || task_tgid_nr(server) == actor->served_by->pid))
		return wall_clock(facts, actor->served_by->start);
	return wall_clock(facts, server->start_boottime);
}

/*
 * Takes a reference to the server or to its executable. If current is the server, the exec is
 * about to replace the executable, so take the reference to it now.
 */
static void capture_server(struct shelltrap_hit *hit, const struct shelltrap_actor *actor)
{
	struct shelltrap_facts *facts = &hit->facts;
	struct task_struct *server = actor->server;

	facts->matched = actor->matched;
	facts->server_port = 0;
	facts->server_started = 0;
	if (!actor->matched)
		return;
	facts->server_started = capture_server_started(facts, actor);
	if (actor->matched == SHELLTRAP_MATCHED_PORT) {
		facts->server_port = actor->port;
		if (__kuid_val(actor->served_by->user) >= FIRST_ORDINARY_USER)
			facts->lowered = ~0ULL;
	}
	shelltrap_capture_server(actor, &facts->server_pid, facts->server_comm);
	server = server ?: find_ancestor(facts->server_pid);
	if (!server)
		return;
	if (!same_thread_group(server, current))
		hit->refs.server = get_task_struct(server);
	else if (current->mm)
		hit->refs.server_exe = shelltrap_exe_file(current->mm);
}

void shelltrap_capture_caller(struct shelltrap_hit *hit, const struct linux_binprm *bprm,
			      const struct shelltrap_actor *actor)
{
	struct shelltrap_facts *facts = &hit->facts;

	facts->time = ktime_get_real_fast_ns();
	shelltrap_task_comm(facts->caller_comm, current);
	memcpy(facts->comm, facts->caller_comm, sizeof(facts->comm));
	facts->verdict = SHELLTRAP_VERDICT_FAILED;
	facts->pathname = shelltrap_hit_keep(facts->pathname, hit->pathname, sizeof(hit->pathname),
					     bprm->filename,
					     strnlen(bprm->filename, SHELLTRAP_PATH_MAX - 1));
	capture_ids(facts);
	capture_process(facts);
	capture_stdio(&facts->in, 0);
	capture_stdio(&facts->out, 1);
	capture_cgroup(hit);
	capture_server(hit, actor);
	if (facts->matched)
		shelltrap_request_capture(&facts->request,
					  shelltrap_founder_ports(actor->served_by));
	facts->nr_ancestors = shelltrap_actor_ancestors(facts->ancestors, SHELLTRAP_ANCESTORS_MAX);
}

void shelltrap_capture_round(struct shelltrap_hit *hit, const struct linux_binprm *bprm)
{
	const char *interpreter = bprm->interp == bprm->filename ? "" : bprm->interp;
	struct shelltrap_facts *facts = &hit->facts;

	size_t len = strnlen(interpreter, SHELLTRAP_INTERPRETER_MAX - 1);

	facts->argc = bprm->argc;
	facts->interpreter = shelltrap_hit_keep(facts->interpreter, hit->interpreter,
						sizeof(hit->interpreter), interpreter, len);
}

/*
 * The kernel has just written the arguments, so their pages are in memory. A page that was
 * swapped out since is not waited for. A nofault copy succeeds completely or not at all: so
 * copy page by page.
 */
static u32 copy_argv(char *argv, unsigned long at, unsigned long len)
{
	unsigned long done, step;

	for (done = 0; done < len; done += step) {
		step = min(len - done, PAGE_SIZE - offset_in_page(at + done));
		if (copy_from_user_nofault(argv + done, (const void __user *)(at + done), step))
			break;
	}
	return done;
}

void shelltrap_capture_argv(struct shelltrap_hit *hit)
{
	struct shelltrap_facts *facts = &hit->facts;
	unsigned long at = current->mm->arg_start, all = current->mm->arg_end - at;
	unsigned long len = min_t(unsigned long, all, SHELLTRAP_ARGV_MAX);
	char *argv = hit->argv;

	if (len > sizeof(hit->argv) && shelltrap_may_allocate())
		argv = kmalloc(len, GFP_NOWAIT | __GFP_NOWARN) ?: hit->argv;
	if (argv == hit->argv)
		len = min_t(unsigned long, len, sizeof(hit->argv));
	facts->argv = argv;
	facts->argv_len = copy_argv(argv, at, len);
	facts->argv_truncated = facts->argv_len < all;
}

/*
 * get_fs_pwd() takes a spinlock. The tracepoint may be called with preemption off, where a
 * spinlock is allowed, except on PREEMPT_RT. There the report takes the reference later, if the
 * process still exists.
 */
static void capture_cwd(struct shelltrap_hit *hit)
{
	if (!IS_ENABLED(CONFIG_PREEMPT_RT))
		get_fs_pwd(current->fs, &hit->refs.cwd);
}

void shelltrap_capture_done(struct shelltrap_hit *hit, const struct linux_binprm *bprm)
{
	struct shelltrap_facts *facts = &hit->facts;

	shelltrap_capture_round(hit, bprm);
	shelltrap_task_comm(facts->comm, current);
	capture_ids(facts);
	capture_cwd(hit);
	hit->refs.exe = shelltrap_exe_file(current->mm);
}
