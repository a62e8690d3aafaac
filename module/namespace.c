// SPDX-License-Identifier: GPL-2.0
#include "compat.h"
#include "namespace.h"

int shelltrap_mnt_ns_offset __read_mostly = -1;

void shelltrap_namespace_init(void)
{
	const struct mnt_namespace *mnt_ns = current->nsproxy ? current->nsproxy->mnt_ns : NULL;
	const struct ns_common *common = mnt_ns ? shelltrap_mnt_ns_common(mnt_ns) : NULL;

	if (common)
		shelltrap_mnt_ns_offset = (const char *)common - (const char *)mnt_ns;
}
