// SPDX-License-Identifier: GPL-2.0
#include "counters.h"

struct shelltrap_counters shelltrap_counters;
