// SPDX-License-Identifier: GPL-2.0
#include <linux/kernel.h>
#include <linux/string.h>

#include "cgi.h"

static const char * const names[SHELLTRAP_CGI_NR] = {
	[SHELLTRAP_CGI_METHOD] = "REQUEST_METHOD=",
	[SHELLTRAP_CGI_URI] = "REQUEST_URI=",
	[SHELLTRAP_CGI_SCRIPT] = "SCRIPT_FILENAME=",
	[SHELLTRAP_CGI_HOST] = "HTTP_HOST=",
	[SHELLTRAP_CGI_REMOTE_ADDR] = "REMOTE_ADDR=",
	[SHELLTRAP_CGI_FORWARDED_FOR] = "HTTP_X_FORWARDED_FOR=",
	[SHELLTRAP_CGI_USER_AGENT] = "HTTP_USER_AGENT=",
};

void shelltrap_cgi_start(struct shelltrap_cgi *cgi)
{
	unsigned int i;

	cgi->gateway = false;
	cgi->len = 0;
	for (i = 0; i < SHELLTRAP_CGI_NR; i++)
		cgi->values[i][0] = '\0';
}

/* Of two variables with one name, the first counts, as for getenv(3). */
static void read_variable(struct shelltrap_cgi *cgi)
{
	unsigned int i;
	size_t len;

	if (!strncmp(cgi->variable, "GATEWAY_INTERFACE=", strlen("GATEWAY_INTERFACE=")))
		cgi->gateway = true;
	for (i = 0; i < SHELLTRAP_CGI_NR; i++) {
		len = strlen(names[i]);
		if (!strncmp(cgi->variable, names[i], len) && !cgi->values[i][0])
			strscpy(cgi->values[i], cgi->variable + len, sizeof(cgi->values[i]));
	}
}

void shelltrap_cgi_feed(struct shelltrap_cgi *cgi, const char *bytes, size_t len)
{
	const u32 max = sizeof(cgi->variable) - 1;
	size_t i;

	for (i = 0; i < len; i++) {
		if (bytes[i]) {
			if (cgi->len < max)
				cgi->variable[cgi->len++] = bytes[i];
			continue;
		}
		cgi->variable[cgi->len] = '\0';
		read_variable(cgi);
		cgi->len = 0;
	}
}

const char *shelltrap_cgi_text(const struct shelltrap_cgi *cgi, enum shelltrap_cgi_value value)
{
	return cgi && cgi->gateway && cgi->values[value][0] ? cgi->values[value] : NULL;
}
