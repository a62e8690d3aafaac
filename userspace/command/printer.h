/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints records to standard output in one format, for watch and replay. */
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
	const struct format *format;	/* format_text unless --format names another */
	enum color_when color;
	bool pretty;		/* JSON on several lines */
	struct host host;
	struct view view;
	struct buffer line;
	bool folds;		/* repeats of an alert are counted instead of printed */
	struct fold fold;
};

/* Read the value of --format, --color or --json from optarg: 0 or, with a message, WRONG_USAGE. */
int printer_format_option(struct printer *printer, const struct usage *usage);
int printer_color_option(struct printer *printer, const struct usage *usage);
int printer_json_option(struct printer *printer, const struct usage *usage);

/* To be called after the options are read. */
void printer_start(struct printer *printer);
void printer_stop(struct printer *printer);

/* Leaves the record, as it is to be printed, in printer->line. */
void printer_put(struct printer *printer, const struct record *record);

/* Prints the record with one write, or counts a repeat: 0 or an error of console_write(). */
int printer_print(struct printer *printer, const struct record *record);

/* Whether repeats were counted whose number is not printed yet. */
bool printer_has_repeats(const struct printer *printer);

/* Prints the number of repeats: 0 or an error of console_write(). */
int printer_print_repeats(struct printer *printer);

#endif /* COMMAND_PRINTER_H */
