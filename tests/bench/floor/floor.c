// SPDX-License-Identifier: GPL-2.0
/* An empty probe on the function that Shelltrap hooks: the least that a probe costs. */
#include <linux/kprobes.h>
#include <linux/module.h>

static int do_nothing(struct kprobe *probe, struct pt_regs *regs)
{
	return 0;
}

static struct kprobe probe = {
	.symbol_name = "security_bprm_check",
	.pre_handler = do_nothing,
};

static int __init floor_init(void)
{
	return register_kprobe(&probe);
}

static void __exit floor_exit(void)
{
	unregister_kprobe(&probe);
}

module_init(floor_init);
module_exit(floor_exit);

MODULE_DESCRIPTION("An empty probe, to measure");
MODULE_AUTHOR("The Shelltrap authors");
MODULE_LICENSE("GPL");
