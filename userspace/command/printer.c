// SPDX-License-Identifier: GPL-2.0-or-later
#include "command/printer.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "format/containers.h"
#include "format/json.h"
#include "format/json_tree.h"
#include "format/names.h"
#include "lib/choice.h"
#include "lib/console.h"

int printer_format_option(struct printer *printer, const struct usage *usage)
{
	printer->format = format_find(optarg);
	if (printer->format)
		return 0;
	return wrong_usage(usage, "--format: '%s' is none of %s", optarg, format_names());
}

int printer_color_option(struct printer *printer, const struct usage *usage)
{
	static const char *const words[] = {
		[COLOR_AUTO] = "auto",
		[COLOR_ALWAYS] = "always",
		[COLOR_NEVER] = "never",
	};
	static const struct choices choices = CHOICES(words);
	int color = choice_find(&choices, optarg);

	if (color < 0)
		return wrong_usage(usage, "--color: '%s' is none of %s", optarg,
				   choice_list(&choices));
	printer->color = color;
	return 0;
}

int printer_json_option(struct printer *printer, const struct usage *usage)
{
	printer->format = &format_json;
	return pretty_option(usage, &printer->pretty);
}

static bool printer_wants_color(enum color_when when)
{
	const char *no_color = getenv("NO_COLOR");

	if (when != COLOR_AUTO)
		return when == COLOR_ALWAYS;
	return isatty(STDOUT_FILENO) && !(no_color && *no_color);
}

void printer_start(struct printer *printer)
{
	setlocale(LC_CTYPE, "");
	tzset();
	if (!printer->format)
		printer->format = &format_text;
	host_read(&printer->host);
	printer->view = (struct view){
		.host = &printer->host,
		.user_name = user_name,
		.group_name = group_name,
		.find_container = containers_find,
		.charset = text_charset(),
		.color = printer_wants_color(printer->color),
	};
	printer->folds = printer->format == &format_text && isatty(STDOUT_FILENO);
}

void printer_put(struct printer *printer, const struct record *record)
{
	buffer_reset(&printer->line);
	if (printer->pretty)
		json_put_pretty(&printer->line, json_of_record(record, &printer->view));
	else
		printer->format->put(&printer->line, record, &printer->view);
}

int printer_print(struct printer *printer, const struct record *record)
{
	buffer_reset(&printer->line);
	if (printer->folds && fold_takes(&printer->fold, record, &printer->line))
		return 0;
	printer_put(printer, record);
	return console_write(STDOUT_FILENO, &printer->line);
}

bool printer_has_repeats(const struct printer *printer)
{
	return printer->fold.more;
}

int printer_print_repeats(struct printer *printer)
{
	buffer_reset(&printer->line);
	fold_put(&printer->fold, &printer->line);
	return console_write(STDOUT_FILENO, &printer->line);
}

void printer_stop(struct printer *printer)
{
	if (printer_has_repeats(printer))
		printer_print_repeats(printer);
	buffer_free(&printer->line);
	fold_free(&printer->fold);
}
