/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Records to standard output, in one format: what watch and replay share. */
#ifndef COMMAND_PRINTER_H
#define COMMAND_PRINTER_H

#include "command/fold.h"
#include "command/options.h"
#include "format/format.h"
#include "lib/exit.h"

enum color_when {
	COLOR_AUTO,	/* on a terminal, unless NO_COLOR is set */
	COLOR_ALWAYS,
	COLOR_NEVER,
};

struct printer {
	const struct format *format;	/* format_text unless an option said otherwise */
	enum color_when color;
	struct host host;
	struct view view;
	struct buffer line;
	bool folds;		/* alerts that are like the one before */
	struct fold fold;
};

/* The values of --format and --color: 0 or WRONG_USAGE, having complained. */
int printer_format_option(struct printer *printer, const struct usage *usage);
int printer_color_option(struct printer *printer, const struct usage *usage);

/* Once the options are in. */
void printer_start(struct printer *printer);
void printer_stop(struct printer *printer);

/* Prints it whole and at once, or counts it: 0 or an error of console_write(). */
int printer_print(struct printer *printer, const struct record *record);

/* Has it counted some that it did not tell of yet? Tells of them. */
bool printer_has_folded(const struct printer *printer);
int printer_tell_folded(struct printer *printer);

#endif /* COMMAND_PRINTER_H */
