// SPDX-License-Identifier: GPL-2.0
/* logrotate gets every file that is an output, each once. */
#include "unit.h"

#include "output/rotation.h"

static struct config config;
static struct buffer text;

void set_up(void)
{
	config_init(&config);
}

void tear_down(void)
{
	config_free(&config);
	buffer_free(&text);
}

static const char *written(const char *const *names)
{
	struct buffer fault = {0};

	for (; *names; names++)
		assert_int_equal(config_add_output(&config, *names, &fault), 0);
	buffer_reset(&text);
	rotation_put(&text, &config);
	return text.data;
}

TEST(every_file_is_in_one_section)
{
	const char *said = written((const char *const []){
		"file:/var/log/shelltrap/alerts.json", "file:/var/log/shelltrap/alerts.cef",
		"journal", "file:/srv/my logs/a.json", "file:/var/log/shelltrap/sub/a.json",
		"file:/srv/a*b", NULL });

	assert_non_null(strstr(said, "\n\"/var/log/shelltrap/alerts.cef\"\n"
			       "\"/srv/my logs/a.json\"\n"
			       "\"/var/log/shelltrap/sub/a.json\"\n{\n"));
	assert_non_null(strstr(said, "\tpostrotate\n"));
	assert_null(strstr(said, "alerts.json"));
	assert_null(strstr(said, "a*b"));
}

TEST(without_such_a_file_there_is_no_section)
{
	const char *said = written((const char *const []){
		"file:/var/log/shelltrap/alerts.json", "journal", NULL });

	assert_null(strchr(said, '{'));
}
