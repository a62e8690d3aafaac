// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/permission.h"

#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/exit.h"
#include "lib/message.h"

bool permission_may_listen(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {0};

	/* A kernel that does not answer leaves the question to the module. */
	if (syscall(SYS_capget, &header, data))
		return true;
	return data[CAP_TO_INDEX(CAP_NET_ADMIN)].effective & CAP_TO_MASK(CAP_NET_ADMIN);
}

int permission_missing(void)
{
	complain("not permitted: needs CAP_NET_ADMIN in the initial user namespace");
	return NOT_PERMITTED;
}
