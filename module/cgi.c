// SPDX-License-Identifier: GPL-2.0
#include <linux/kernel.h>
#include <linux/string.h>

#include "bytes.h"
#include "cgi.h"

#define CGI_NAME(name) { name "=", sizeof(name "=") - 1 }

static const struct {
	const char *text;
	u32 len;
} names[SHELLTRAP_CGI_NR] = {
	[SHELLTRAP_CGI_METHOD] = CGI_NAME("REQUEST_METHOD"),
	[SHELLTRAP_CGI_URI] = CGI_NAME("REQUEST_URI"),
	[SHELLTRAP_CGI_SCRIPT] = CGI_NAME("SCRIPT_FILENAME"),
	[SHELLTRAP_CGI_HOST] = CGI_NAME("HTTP_HOST"),
	[SHELLTRAP_CGI_REMOTE_ADDR] = CGI_NAME("REMOTE_ADDR"),
	[SHELLTRAP_CGI_FORWARDED_FOR] = CGI_NAME("HTTP_X_FORWARDED_FOR"),
	[SHELLTRAP_CGI_USER_AGENT] = CGI_NAME("HTTP_USER_AGENT"),
}, gateway = CGI_NAME("GATEWAY_INTERFACE");

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
	const char *variable = cgi->variable;
	unsigned int i;

	if (variable[0] == gateway.text[0] && !memcmp(variable, gateway.text, gateway.len))
		cgi->gateway = true;
	for (i = 0; i < SHELLTRAP_CGI_NR; i++)
		if (variable[0] == names[i].text[0] && !cgi->values[i][0] &&
		    !memcmp(variable, names[i].text, names[i].len))
			strscpy(cgi->values[i], variable + names[i].len, sizeof(cgi->values[i]));
}

void shelltrap_cgi_feed(struct shelltrap_cgi *cgi, const char *bytes, size_t len)
{
	const u32 max = sizeof(cgi->variable) - 1;
	size_t some;
	u32 kept;

	while (len) {
		some = shelltrap_before_nul(bytes, len);
		kept = min_t(size_t, some, max - cgi->len);
		memcpy(cgi->variable + cgi->len, bytes, kept);
		cgi->len += kept;
		if (some == len)
			break;
		cgi->variable[cgi->len] = '\0';
		read_variable(cgi);
		cgi->len = 0;
		bytes += some + 1;
		len -= some + 1;
	}
}

const char *shelltrap_cgi_text(const struct shelltrap_cgi *cgi, enum shelltrap_cgi_value value)
{
	return cgi && cgi->gateway && cgi->values[value][0] ? cgi->values[value] : NULL;
}
