// SPDX-License-Identifier: GPL-2.0
/* A configuration is read, or its fault is reported with file and line. */
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "files.h"
#include "kernel/channel.h"
#include "output/config.h"

static char path[80];
static struct config config;
static struct buffer fault;

void set_up_all(void)
{
	files_set_up();
	snprintf(path, sizeof(path), "%s/x", files_directory);
}

void tear_down_all(void)
{
	buffer_free(&fault);
	files_tear_down();
}

static int read_bytes(const char *text, size_t len)
{
	files_write(path, text, len);
	buffer_reset(&fault);
	config_init(&config);
	return config_read(&config, path, &fault);
}

static int read_text(const char *text)
{
	return read_bytes(text, strlen(text));
}

TEST(an_empty_file_changes_nothing)
{
	assert_int_equal(read_text("\n# nothing\n  ; here\n"), 0);
	assert_string_equal(config.state, "/var/lib/shelltrap/state");
	assert_false(config.wait);
	assert_int_equal(config.receive_buffer, CHANNEL_RECEIVE_BUFFER);
	assert_false(config.hash);
	assert_int_equal(config.hash_limit, 32 * 1024 * 1024);
	assert_ptr_equal(config.format, &format_json);
	assert_int_equal(config.count, 0);
	config_free(&config);
}

TEST(every_key_and_output_is_read)
{
	assert_int_equal(read_text("[log]\n"
				   "state=/x/y z\n"
				   "wait\t=  yes \r\n"
				   "receive_buffer = 4096\n"
				   "hash = sha256\n"
				   "hash_limit = 1000\n"
				   "fsync = never\n"
				   "[output   file:/var/log/a = b]\n"
				   "fsync = always\n"
				   "[ output stdout ]\n"
				   "format = text\n"
				   "[output tcp://[2001:db8::1]:6514]\n"
				   "[output udp://siem-1.example:514]"), 0);
	assert_int_equal(config_finish(&config, &fault), 0);
	assert_string_equal(config.state, "/x/y z");
	assert_true(config.wait);
	assert_int_equal(config.receive_buffer, 4096);
	assert_true(config.hash);
	assert_int_equal(config.hash_limit, 1000);
	assert_int_equal(config.count, 4);
	assert_string_equal(config.outputs[0].name, "file:/var/log/a = b");
	assert_int_equal(config.outputs[0].sync, OUTPUT_SYNC_ALWAYS);
	assert_ptr_equal(config.outputs[0].format, &format_json);
	assert_string_equal(config.outputs[1].name, "stdout");
	assert_int_equal(config.outputs[1].sync, OUTPUT_SYNC_NEVER);
	assert_ptr_equal(config.outputs[1].format, &format_text);
	assert_string_equal(config.outputs[2].name, "tcp://[2001:db8::1]:6514");
	assert_string_equal(config.outputs[3].name, "udp://siem-1.example:514");
	config_free(&config);
}

TEST(evidence_is_an_output_of_its_own)
{
	assert_int_equal(read_text("[log]\n"
				   "evidence = /var/lib/evidence\n"
				   "evidence_limit = 2000000\n"
				   "evidence_rate = 3\n"
				   "evidence_roots = /srv/a /srv/b\n"
				   "[output journal]\n"), 0);
	assert_int_equal(config_finish(&config, &fault), 0);
	assert_string_equal(config.evidence, "/var/lib/evidence");
	assert_int_equal(config.evidence_limit, 2000000);
	assert_int_equal(config.evidence_rate, 3);
	assert_string_equal(config.evidence_roots, "/srv/a /srv/b");
	assert_int_equal(config.count, 2);
	assert_string_equal(config.outputs[1].name, "evidence:/var/lib/evidence");
	config_free(&config);
}

TEST(evidence_is_off_by_default)
{
	config_init(&config);
	assert_null(config.evidence);
	assert_int_equal(config.evidence_limit, 1 << 30);
	assert_int_equal(config.evidence_rate, 10);
	config_free(&config);
}

TEST(a_line_of_4000_bytes_is_read)
{
	char text[5000] = "[log]\nstate = /";

	memset(text + strlen(text), 'x', 4000);
	assert_int_equal(read_text(text), 0);
	assert_int_equal(strlen(config.state), 4001);
	config_free(&config);
}

TEST(a_fault_is_reported_with_its_line)
{
	static const struct {
		const char *text;
		const char *fault;
	} faults[] = {
		{ "nonsense\n", ":1: neither a [section] nor 'key = value'" },
		{ "\nwait = yes\n", ":2: outside of any [section]" },
		{ "[log\n", ":1: a section ends with ']'" },
		{ "[log]\nstate = /x\n  wait = yes\n", ":3: looks like 'key = value', but a line "
		  "that begins with whitespace continues the value before it" },
		{ "[log]\nwait = yes # no\n", ":2: wait: comments must be on a line of their own" },
		{ "[log]\nstate = '/x\n", ":2: state: a quote must end on the line" },
		{ "[logs]\n", ":1: no such section: [logs]" },
		{ "[]\n", ":1: no such section: []" },
		{ "[log]\n[log]\n", ":2: [log] is there twice" },
		{ "[log]\nstat = /x\n", ":2: no such key in [log]: 'stat'" },
		{ "[log]\n= x\n", ":2: no key before the '='" },
		{ "[log]\nstate = x\n", ":2: state: 'x' is not the absolute path of a file" },
		{ "[log]\nstate = /x/\n", ":2: state: '/x/' is not the absolute path of a file" },
		{ "[log]\nstate =\n", ":2: state: needs a value" },
		{ "[log]\nwait = no\nwait = no\n", ":3: wait is set twice" },
		{ "[log]\nwait = maybe\n", ":2: wait: 'maybe' is none of no, yes" },
		{ "[log]\nreceive_buffer = 1k\n",
		  ":2: receive_buffer: '1k' is not a number of bytes between 4096 and 268435456" },
		{ "[log]\nhash = md5\n", ":2: hash: 'md5' is none of no, sha256" },
		{ "[log]\nhash_limit = 0\n",
		  ":2: hash_limit: '0' is not a number of bytes between 1 and 1073741824" },
		{ "[log]\nevidence = here\n",
		  ":2: evidence: 'here' is not the absolute path of a directory" },
		{ "[log]\nevidence_limit = 1\n",
		  ":2: evidence_limit: '1' is not a number of bytes between 1048576 and " },
		{ "[log]\nevidence_rate = 0\n",
		  ":2: evidence_rate: '0' is not a number of files in an hour, 1 to 1000" },
		{ "[log]\nevidence_roots = /srv www\n",
		  ":2: evidence_roots: '/srv www' is not a list of absolute paths" },
		{ "[output evidence:/x]\n", ":1: evidence is no output; use the key evidence" },
		{ "[output journal]\nhash = no\n", ":2: no such key in [output]: 'hash'" },
		{ "[log]\nreceive_buffer = 1\n",
		  ":2: receive_buffer: '1' is not a number of bytes between 4096 and 268435456" },
		{ "[log]\nformat = xml\n", ":2: format: 'xml' is none of " },
		{ "[log]\nfsync = daily\n",
		  ":2: fsync: 'daily' is none of interval, always, never" },
		{ "[output]\n", ":1: no such section: [output]" },
		{ "[output mail]\n", ":1: 'mail': no such output; use " },
		{ "[output file]\n", ":1: 'file': needs the absolute path of a file" },
		{ "[output file:log]\n", ":1: 'file:log': needs the absolute path of a file" },
		{ "[output file:/log/]\n", ":1: 'file:/log/': needs the absolute path of a file" },
		{ "[output tcp]\n", ":1: 'tcp': needs //HOST:PORT" },
		{ "[output tcp:h:514]\n", ":1: 'tcp:h:514': needs //HOST:PORT" },
		{ "[output tcp://h]\n", ":1: 'tcp://h': needs //HOST:PORT" },
		{ "[output tcp://h:]\n", ":1: 'tcp://h:': needs //HOST:PORT" },
		{ "[output tcp://:514]\n", ":1: 'tcp://:514': needs //HOST:PORT" },
		{ "[output tcp://h:0]\n", ":1: 'tcp://h:0': needs //HOST:PORT" },
		{ "[output tcp://h:65536]\n", ":1: 'tcp://h:65536': needs //HOST:PORT" },
		{ "[output tcp://h:syslog]\n", ":1: 'tcp://h:syslog': needs //HOST:PORT" },
		{ "[output udp://a b:514]\n", ":1: 'udp://a b:514': needs //HOST:PORT" },
		{ "[output udp://::1:514]\n", ":1: 'udp://::1:514': needs //HOST:PORT" },
		{ "[output udp://[::1:514]\n", ":1: 'udp://[::1:514': needs //HOST:PORT" },
		{ "[output udp://[]:514]\n", ":1: 'udp://[]:514': needs //HOST:PORT" },
		{ "[output udp://h:514/]\n", ":1: 'udp://h:514/': needs //HOST:PORT" },
		{ "[output journal:x]\n", ":1: 'journal:x': nothing may follow its name" },
		{ "[output journal]\n[output journal]\n", ":2: output 'journal' is named twice" },
		{ "[output journal]\nwait = yes\n", ":2: no such key in [output]: 'wait'" },
		{ "[output journal]\n\nformat = text\n",
		  ":3: format: 'text' is for stdout and exec only; choose another format "
		  "for journal" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(faults); i++) {
		assert_int_equal(read_text(faults[i].text), -EINVAL);
		assert_int_equal(strcspn(fault.data, "\n"), fault.len - 1);
		assert_memory_equal(fault.data, path, strlen(path));
		if (strncmp(fault.data + strlen(path), faults[i].fault, strlen(faults[i].fault)))
			assert_string_equal(fault.data + strlen(path), faults[i].fault);
		config_free(&config);
	}
}

TEST(a_nul_byte_is_a_fault)
{
	assert_int_equal(read_bytes("[log]\nwait = yes\0no\n", 20), -EINVAL);
	assert_string_equal(fault.data + strlen(path), ":2: a NUL byte\n");
	config_free(&config);
}

TEST(a_file_that_cannot_be_read_is_reported)
{
	buffer_reset(&fault);
	config_init(&config);
	assert_int_equal(config_read(&config, "/nonexistent", &fault), -ENOENT);
	assert_string_equal(fault.data, "/nonexistent: No such file or directory\n");
	buffer_reset(&fault);
	assert_int_equal(config_read(&config, "/tmp", &fault), -EIO);
	assert_string_equal(fault.data, "/tmp: reading failed: Is a directory\n");
	config_free(&config);
}

TEST(a_default_format_for_people_is_refused_for_a_file)
{
	assert_int_equal(read_text("[output file:/x]\n[log]\nformat = text\n"), 0);
	assert_int_equal(config_finish(&config, &fault), -EINVAL);
	assert_memory_equal(fault.data, path, strlen(path));
	assert_string_equal(fault.data + strlen(path),
			    ":1: format: 'text' is for stdout and exec only; choose another format for "
			    "file:/x\n");
	config_free(&config);
}

static void assert_fault_lines(const unsigned int *lines, size_t count)
{
	const char *at = fault.data;
	size_t i;

	for (i = 0; i < count; i++) {
		char start[100];

		snprintf(start, sizeof(start), "%s:%u: ", path, lines[i]);
		if (strncmp(at, start, strlen(start)))
			assert_string_equal(at, start);
		at = strchr(at, '\n') + 1;
	}
	assert_string_equal(at, "");
}

TEST(all_faults_of_a_file_are_reported_at_once)
{
	static const unsigned int lines[] = { 3, 4, 5, 6, 9 };

	assert_int_equal(read_text("[log]\n"
				   "wait = yes\n"
				   "nonsense\n"
				   "stat = /x\n"
				   "hash = md5\n"
				   "[output mail]\n"
				   "format = json\n"
				   "[output journal]\n"
				   "format = xml\n"), -EINVAL);
	assert_fault_lines(lines, ARRAY_SIZE(lines));
	config_free(&config);
}

TEST(the_shipped_configuration_is_valid)
{
	buffer_reset(&fault);
	config_init(&config);
	assert_int_equal(config_read(&config, SHIPPED_CONFIG, &fault), 0);
	assert_int_equal(config_finish(&config, &fault), 0);
	assert_int_equal(config.count, 2);
	assert_string_equal(config.outputs[0].name, "journal");
	assert_string_equal(config.outputs[1].name, "file:/var/log/shelltrap/alerts.json");
	config_free(&config);
}
