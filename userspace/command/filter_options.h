/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options of commands that show some of the records: --rule and the other filters. */
#ifndef COMMAND_FILTER_OPTIONS_H
#define COMMAND_FILTER_OPTIONS_H

#include "command/options.h"
#include "past/filter.h"

/* Of OPTION_MEMBER(): the member is a struct filter; a uint64_t, in ns since the epoch. */
int filter_option(const struct usage *usage, const struct command_option *option, void *member);
int when_option(const struct usage *usage, const struct command_option *option, void *member);

/* The filters; the "more" of a usage whose settings have a struct filter. */
extern const struct command_option filter_options[];

#define WHEN_SINCE "only records of this time or later: \"2026-11-26 22:00\", today, -1h, -7d"
#define WHEN_UNTIL "only records of this time or earlier"

#endif /* COMMAND_FILTER_OPTIONS_H */
