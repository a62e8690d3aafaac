// SPDX-License-Identifier: GPL-2.0
#include "printer.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "output.h"

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
	size_t i;

	for (i = 0; i < ARRAY_SIZE(words); i++) {
		if (strcmp(words[i], optarg))
			continue;
		printer->color = i;
		return 0;
	}
	return wrong_usage(usage, "--color: '%s' is none of auto, always, never", optarg);
}

static bool wants_color(enum color_when when)
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
		.charset = text_charset(),
		.color = wants_color(printer->color),
	};
}

void printer_stop(struct printer *printer)
{
	buffer_free(&printer->line);
}

int printer_print(struct printer *printer, const struct record *record)
{
	buffer_reset(&printer->line);
	printer->format->put(&printer->line, record, &printer->view);
	return output_write(STDOUT_FILENO, &printer->line);
}
