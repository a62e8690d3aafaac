// SPDX-License-Identifier: GPL-2.0
#include <linux/binfmts.h>
#include <linux/dcache.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/fs_struct.h>
#include <linux/limits.h>
#include <linux/magic.h>
#include <linux/mm.h>
#include <linux/namei.h>
#include <linux/path.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/rcupdate.h>
#include <linux/sched/mm.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "compat.h"
#include "hit.h"
#include "injection.h"
#include "lineage.h"
#include "namespace.h"
#include "target.h"
#include "task.h"
#include "trust.h"
#include "walk.h"

/* Longer variables, all together, are not kept. */
#define KEPT_MAX	(16UL << 10)

/* More paths in the variables are not resolved. */
#define PATHS_MAX	64

/* More files that are mapped into a new program are not looked at. */
#define MAPPINGS_MAX	32

static bool is_servers_own(const struct shelltrap_founder *founder, u64 hash)
{
	u32 i;

	for (i = 0; founder && i < founder->origin.nr_variables; i++)
		if (founder->origin.variables[i] == hash)
			return true;
	return false;
}

static void find_variables(struct shelltrap_hints *hints, const struct shelltrap_founder *founder,
			   const char *program)
{
	struct shelltrap_variables variables;
	u32 i;

	if (!shelltrap_task_variables(&variables, current, current->mm) ||
	    variables.nr > SHELLTRAP_VARIABLES_MAX) {
		hints->hints |= SHELLTRAP_HINT_UNREAD;
		return;
	}
	for (i = 0; i < variables.nr; i++)
		if (shelltrap_variable_matters(&variables.found[i], program) &&
		    !is_servers_own(founder, variables.found[i].hash))
			hints->variables[hints->nr++] = variables.found[i];
	if (hints->nr)
		hints->hints |= SHELLTRAP_HINT_VARIABLES;
}

/*
 * A mount namespace of one's own needs only a user namespace, and in one of those everybody may
 * change his root directory, too.
 */
static bool has_other_view(const struct shelltrap_origin *origin)
{
	const struct path *root = &current->fs->root;

	return shelltrap_mnt_ns_of(current) != origin->mnt_ns ||
	       READ_ONCE(root->dentry) != origin->root_dentry ||
	       READ_ONCE(root->mnt) != origin->root_mnt;
}

bool shelltrap_hints_find(struct shelltrap_hints *hints, const struct linux_binprm *bprm)
{
	const struct shelltrap_founder *founder = shelltrap_lineage_get();

	hints->hints = 0;
	hints->nr = 0;
	rcu_read_lock();
	find_variables(hints, founder, shelltrap_name_of(bprm->file->f_path.dentry));
	rcu_read_unlock();
	if (founder && has_other_view(&founder->origin))
		hints->hints |= SHELLTRAP_HINT_VIEW;
	shelltrap_lineage_put(founder);
	return hints->hints;
}

/* Returns a place for @len bytes in the hit, or in memory of its own; NULL if there is none. */
static char *place_for(struct shelltrap_hit *hit, size_t len)
{
	if (len <= sizeof(hit->variables))
		return hit->variables;
	if (len > KEPT_MAX || !shelltrap_may_allocate())
		return NULL;
	return kmalloc(len, GFP_NOWAIT | __GFP_NOWARN);
}

/* Copies a variable with its NUL, page by page: a nofault copy succeeds as a whole or not. */
static bool copy_variable(char *to, unsigned long at, size_t len)
{
	size_t step;

	for (; len; at += step, to += step, len -= step) {
		step = min_t(size_t, len, PAGE_SIZE - offset_in_page(at));
		if (copy_from_user_nofault(to, (const void __user *)at, step))
			return false;
	}
	return !to[-1];
}

static bool copy_variables(struct shelltrap_hit *hit, const struct shelltrap_hints *hints)
{
	struct shelltrap_facts *facts = &hit->facts;
	size_t len = 0;
	char *to;
	u32 i;

	for (i = 0; i < hints->nr; i++)
		len += hints->variables[i].len + 1;
	to = place_for(hit, len);
	if (!to)
		return false;
	facts->variables = to;
	facts->variables_len = len;
	for (i = 0; i < hints->nr; to += hints->variables[i++].len + 1)
		if (!copy_variable(to, current->mm->env_start + hints->variables[i].start,
				   hints->variables[i].len + 1))
			return false;
	return true;
}

void shelltrap_hints_keep(struct shelltrap_hit *hit, const struct shelltrap_hints *hints)
{
	hit->facts.hints = hints->hints;
	/* A rule may yet match, and refuse the exec. */
	hit->facts.late = true;
	if (hints->nr && !copy_variables(hit, hints))
		hit->facts.hints |= SHELLTRAP_HINT_UNREAD;
}

/* One variable, "NAME=VALUE". */
static bool is_variable_suspect(struct shelltrap_walk *walk, const char *text)
{
	unsigned int paths = 0;
	const char *at, *path;
	enum shelltrap_value kind = shelltrap_variable_value(text, &at);
	size_t len;

	if (!*at)
		return false;
	while ((path = shelltrap_variable_path(&at, kind, &len))) {
		if (paths++ == PATHS_MAX || shelltrap_walk_is_suspect(walk, path, len))
			return true;
		cond_resched();
	}
	return false;
}

static void hash_variable(struct shelltrap_variables *variables, const char *text)
{
	memset(variables, 0, sizeof(*variables));
	shelltrap_variables_feed(variables, text, strlen(text) + 1);
}

static bool has_variable(const struct shelltrap_variables *variables, const char *text)
{
	struct shelltrap_variables wanted;
	u32 i;

	hash_variable(&wanted, text);
	for (i = 0; i < min_t(u32, variables->nr, SHELLTRAP_VARIABLES_MAX); i++)
		if (variables->found[i].hash == wanted.found[0].hash)
			return true;
	return false;
}

static struct task_struct *get_server(const struct shelltrap_founder *founder)
{
	struct task_struct *task;

	while (founder->before)
		founder = founder->before;
	rcu_read_lock();
	task = pid_task(find_pid_ns(founder->pid, &init_pid_ns), PIDTYPE_TGID);
	task = task && task->start_boottime == founder->start ? get_task_struct(task) : NULL;
	rcu_read_unlock();
	return task;
}

/*
 * A server that ran already when the module was loaded: its environment is read now. If it has
 * ended, or has written something else there, its variables count as an attacker's.
 */
static void read_server(struct shelltrap_variables *variables,
			const struct shelltrap_founder *founder)
{
	struct task_struct *task = get_server(founder);
	struct mm_struct *mm = task ? get_task_mm(task) : NULL;

	memset(variables, 0, sizeof(*variables));
	if (mm && !shelltrap_task_variables(variables, task, mm))
		variables->nr = 0;
	if (mm)
		mmput(mm);
	if (task)
		put_task_struct(task);
}

static bool are_variables_suspect(struct shelltrap_walk *walk, const struct shelltrap_facts *facts)
{
	const char *text = facts->variables, *end = text + facts->variables_len;
	struct shelltrap_variables servers = { .nr = 0 };

	if (text && walk->founder && walk->founder->origin.unread)
		read_server(&servers, walk->founder);
	walk->strict = true;
	walk->dated = true;
	for (; text && text < end; text += strlen(text) + 1)
		if (!has_variable(&servers, text) && is_variable_suspect(walk, text))
			return true;
	return false;
}

static bool is_loaders_name(const char *name)
{
	static const char * const beginnings[] = { "ld-", "ld.so", "ld64.so", "libc." };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(beginnings); i++)
		if (!strncmp(name, beginnings[i], strlen(beginnings[i])))
			return true;
	return false;
}

/*
 * A file that the kernel has mapped for the new program: the program itself or its loader. A
 * file of root's that is no loader may have been mounted over one.
 */
static bool is_mapping_suspect(const struct file *file, const struct file *exe,
			       const struct shelltrap_founder *founder)
{
	bool is_loader;

	if (!shelltrap_is_roots(file_inode(file), founder))
		return true;
	/* Whether the program itself is dropped is asked elsewhere. */
	if (file_inode(file) == file_inode(exe))
		return false;
	rcu_read_lock();
	is_loader = is_loaders_name(shelltrap_name_of(file->f_path.dentry));
	rcu_read_unlock();
	return !is_loader || shelltrap_trust_program(file, founder, true) != SHELLTRAP_TRUSTED;
}

/* Returns the next mapped file at or above *@at, with a reference, or NULL. */
static struct file *next_mapped(struct mm_struct *mm, unsigned long *at)
{
	struct vm_area_struct *area;
	struct file *file = NULL;

	mmap_read_lock(mm);
	for (; !file && (area = find_vma(mm, *at)); *at = area->vm_end)
		file = area->vm_file ? get_file(area->vm_file) : NULL;
	mmap_read_unlock(mm);
	return file;
}

static bool are_mappings_suspect(const struct file *exe, const struct shelltrap_founder *founder)
{
	bool suspect = false;
	unsigned long at = 0;
	unsigned int i;
	struct file *file;

	for (i = 0; !suspect && (file = next_mapped(current->mm, &at)); i++) {
		suspect = i == MAPPINGS_MAX || is_mapping_suspect(file, exe, founder);
		fput(file);
	}
	return suspect;
}

static bool is_program_suspect(const struct shelltrap_founder *founder)
{
	struct file *exe = shelltrap_exe_file(current->mm);
	bool suspect = !exe || are_mappings_suspect(exe, founder);

	if (exe)
		fput(exe);
	return suspect;
}

/* What the loader reads for every program. Something may be mounted over each of them. */
static const char * const libraries[] = {
	"/lib", "/lib64", "/usr/lib", "/usr/lib64", "/lib64/libc.so.6", "/usr/lib64/libc.so.6",
#if defined(CONFIG_X86_64)
	"/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu",
	"/lib/x86_64-linux-gnu/libc.so.6", "/usr/lib/x86_64-linux-gnu/libc.so.6",
#elif defined(CONFIG_ARM64)
	"/lib/aarch64-linux-gnu", "/usr/lib/aarch64-linux-gnu",
	"/lib/aarch64-linux-gnu/libc.so.6", "/usr/lib/aarch64-linux-gnu/libc.so.6",
#endif
	"/etc/ld.so.preload", "/etc/ld.so.cache",
};

static bool are_libraries_suspect(struct shelltrap_walk *walk)
{
	unsigned int i;

	walk->strict = false;
	walk->dated = false;
	for (i = 0; i < ARRAY_SIZE(libraries); i++)
		if (shelltrap_walk_is_suspect(walk, libraries[i], strlen(libraries[i])))
			return true;
	return false;
}

static bool is_view_suspect(struct shelltrap_walk *walk)
{
	return is_program_suspect(walk->founder) || are_libraries_suspect(walk);
}

static bool judge(const struct shelltrap_facts *facts, const struct shelltrap_founder *founder)
{
	struct shelltrap_walk walk;
	bool suspect = !shelltrap_walk_begin(&walk, founder) ||
		       are_variables_suspect(&walk, facts) ||
		       ((facts->hints & SHELLTRAP_HINT_VIEW) && is_view_suspect(&walk));

	shelltrap_walk_end(&walk);
	return suspect;
}

bool shelltrap_is_injected(const struct shelltrap_hit *hit)
{
	const struct shelltrap_facts *facts = &hit->facts;
	const struct shelltrap_founder *founder;
	bool injected;

	if (!facts->hints || hit->task != current || (facts->hints & SHELLTRAP_HINT_UNREAD))
		return facts->hints;
	/* Killed in between: the program does not run. */
	if (!current->mm || !current->fs)
		return false;
	founder = shelltrap_lineage_get();
	injected = judge(facts, founder);
	shelltrap_lineage_put(founder);
	return injected;
}
