// SPDX-License-Identifier: GPL-2.0-or-later
/* "shelltrap evidence": keeps what is left of an attack, in a tar file. */
#include "evidence/evidence.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "command/evidence.h"
#include "command/options.h"
#include "command/printer.h"
#include "format/stored.h"
#include "kernel/stream.h"
#include "lib/console.h"
#include "lib/message.h"
#include "lib/number.h"
#include "past/parse.h"
#include "past/past.h"
#include "policy/channel.h"
#include "policy/file.h"
#include "policy/text.h"

#define MIB (1024 * 1024)
/* Of other records of the lineage the newest are kept: between half of this and all of it. */
#define RELATED_MAX (4 * MIB)

static const char *const standard_roots[] = { "/var/www", "/srv" };

static const struct usage usage;

static int evidence_root_option(void *settings)
{
	struct evidence_settings *evidence = settings;

	if (*optarg != '/')
		return wrong_usage(&usage, "--document-root: '%s' is no absolute path", optarg);
	if (evidence->nr_roots == EVIDENCE_ROOTS_MAX)
		return wrong_usage(&usage, "--document-root: more than %d", EVIDENCE_ROOTS_MAX);
	evidence->roots[evidence->nr_roots++] = optarg;
	return 0;
}

static const struct command_option evidence_options[] = {
	{ "output", "FILE", "write the archive to FILE, which must not exist",
	  OPTION_STRING(struct evidence_settings, output) },
	{ "memory", NULL, "also the memory of the process",
	  OPTION_FLAG(struct evidence_settings, memory) },
	{ "file", "FILE", "take the alert from FILE, which the logger wrote, and not from the "
	  "kernel", OPTION_STRING(struct evidence_settings, file) },
	{ "document-root", "DIR", "the script of the request is read only below DIR (/var/www and "
	  "/srv); may be given several times", OPTION_CALL(evidence_root_option) },
	{ "member-limit", "MIB", "at most so much of each file (64)",
	  OPTION_NUMBER(struct evidence_settings, member_mib, 1, 8191) },
	{ "limit", "MIB", "at most so much in all (512)",
	  OPTION_NUMBER(struct evidence_settings, total_mib, 1, 1024 * 1024) },
	{ "seconds", "SEC", "take no longer than this (60)",
	  OPTION_NUMBER(struct evidence_settings, seconds, 1, 3600) },
	{ "service", NULL, "keep evidence of each alert that the logger names, as "
	  "shelltrap.conf(5) says", OPTION_FLAG(struct evidence_settings, service) },
	{ "socket", "PATH", "with --service: listen there, instead of on the socket that systemd "
	  "passes", OPTION_STRING(struct evidence_settings, socket) },
	{ "config", "FILE", "with --service: the configuration (/etc/shelltrap/shelltrap.conf)",
	  OPTION_STRING(struct evidence_settings, config) },
	{}
};

static const struct usage usage = {
	.command = "evidence",
	.synopsis = "SEQ [--memory] --output FILE [OPTION]...",
	.purpose = "Writes a tar file with what is known of the alert SEQ and what is still there "
		   "of its process: the file that it runs, its command line, environment, open "
		   "files and memory map, the same of its ancestors, the script of the request, "
		   "and the policy. The last member, manifest.json, says what could not be read.",
	.options = evidence_options,
	.takes_operands = true,
};

/* An alert, wherever it comes from. */
struct evidence_case {
	const struct evidence_settings *settings;
	struct printer printer;
	struct stream stream;		/* what the record of the kernel points into */
	struct stored stored;		/* the same for a record from a file */
	struct document document;
	const struct record *record;
	struct buffer line, related, policy;
	const char *policy_fault;
	uint64_t of;			/* the alert that the record is about; or 0 */
};

/* Drops the older half. */
static void evidence_trim(struct buffer *lines)
{
	struct buffer kept = {0};
	const char *from;

	if (lines->len <= RELATED_MAX)
		return;
	from = memchr(lines->data + lines->len / 2, '\n', lines->len - lines->len / 2);
	if (from)
		buffer_add(&kept, from + 1, lines->data + lines->len - from - 1);
	buffer_free(lines);
	*lines = kept;
}

static bool evidence_same(const struct number *a, const struct number *b)
{
	return a->known && b->known && a->value == b->value;
}

/* Whether the process of one record is that of another one, or an ancestor of that. */
static bool evidence_descends(const struct alert *alert, const struct number *pid)
{
	size_t i;

	if (evidence_same(&alert->process.pid, pid))
		return true;
	for (i = 0; i < alert->ancestor_count; i++)
		if (evidence_same(&alert->ancestors[i].pid, pid))
			return true;
	return false;
}

/* Of one server: its lineage survives double forks, which take ancestors away, by the cgroup. */
static bool evidence_shares_server(const struct alert *alert, const struct alert *of)
{
	return evidence_same(&alert->server.pid, &of->server.pid) ||
	       (alert->server.present && evidence_same(&alert->cgroup_id, &of->cgroup_id)) ||
	       evidence_descends(alert, &of->server.pid);
}

static bool evidence_is_related(const struct record *record, const struct record *of)
{
	if (!record->alert.present || !evidence_same(&record->instance, &of->instance) ||
	    evidence_same(&record->seq, &of->seq))
		return false;
	return evidence_shares_server(&record->alert, &of->alert) ||
	       evidence_descends(&record->alert, &of->alert.process.pid) ||
	       evidence_descends(&of->alert, &record->alert.process.pid);
}

static void evidence_add_related(struct evidence_case *found, const struct record *record)
{
	if (!evidence_is_related(record, found->record))
		return;
	printer_put(&found->printer, record);
	buffer_add(&found->related, found->printer.line.data, found->printer.line.len);
	evidence_trim(&found->related);
}

static void evidence_read_related(struct evidence_case *found)
{
	static struct stream stream;
	const struct record *record;

	if (!stream_open(&stream, STREAM_FROM_OLDEST, STREAM_HELD))
		while (stream_next(&stream, &record) > 0)
			evidence_add_related(found, record);
	stream_close(&stream);
}

static void evidence_read_policy(struct evidence_case *found)
{
	struct shelltrap_policy *policy = NULL;
	struct channel channel;
	int ret = channel_open(&channel);

	if (!ret)
		ret = policy_fetch(&channel, &policy);
	if (ret)
		found->policy_fault = ret == -ENOENT ? "the module is not loaded" : strerror(-ret);
	else
		policy_put(&found->policy, policy);
	if (policy)
		policy_free(policy);
	channel_close(&channel);
}

/* Says why the record with the number is no alert. Returns FAILED. */
static int evidence_no_alert(uint64_t seq, uint64_t of)
{
	if (of)
		complain("record %" PRIu64 " is about the alert %" PRIu64 "; write 'shelltrap "
			 "evidence %" PRIu64 " ...'", seq, of, of);
	else
		complain("no alert has the number %" PRIu64, seq);
	return FAILED;
}

static uint64_t evidence_of(const struct record *record)
{
	if (record->repeats.present)
		return record->repeats.of.value;
	return record->outcome.present ? record->outcome.of.value : 0;
}

/* Returns 0, or an exit code with a message printed. */
static int evidence_find_in_kernel(struct evidence_case *found)
{
	uint64_t seq = found->settings->seq;
	const struct record *record = NULL;
	int ret = stream_open(&found->stream, seq, STREAM_HELD);

	if (!ret)
		ret = stream_next(&found->stream, &record);
	if (ret < 0)
		return stream_failed(&found->stream, ret);
	if (!ret || !record || record->seq.value != seq)
		return evidence_no_alert(seq, 0);
	if (record->loss.present) {
		complain("the kernel no longer holds the alert %" PRIu64 "; give the logger's "
			 "file as --file", seq);
		return FAILED;
	}
	if (!record->alert.present)
		return evidence_no_alert(seq, evidence_of(record));
	if (found->settings->instance && record->instance.value != found->settings->instance) {
		complain("the alert %" PRIu64 " was of another load of the module", seq);
		return FAILED;
	}
	found->record = record;
	printer_put(&found->printer, record);
	buffer_add(&found->line, found->printer.line.data, found->printer.line.len);
	return 0;
}

/* Of several alerts with the number, of earlier loads of the module, the last one counts. */
static int evidence_take_line(void *context, const struct past_line *line)
{
	struct evidence_case *found = context;
	const struct node *object;
	const char *type;

	if (line->head.seq != found->settings->seq || line->head.loss)
		return 0;
	object = past_parse(line->text, line->len);
	type = node_string(object, "type");
	if (!object || (type && strcmp(type, "alert"))) {
		node_number(object, "of", &found->of);
		return 0;
	}
	buffer_reset(&found->line);
	buffer_add(&found->line, line->text, line->len);
	buffer_putc(&found->line, '\n');
	return 0;
}

static int evidence_find_in_file(struct evidence_case *found)
{
	char *file = (char *)found->settings->file;
	const struct past_query query = { .files = &file, .nr_files = 1, .text_only = true };
	const struct node *object = NULL;

	past_read(&query, evidence_take_line, found);
	if (found->line.len)
		object = document_read(&found->document, found->line.data, found->line.len - 1);
	if (!object || !stored_read(&found->stored, object, found->line.len))
		return evidence_no_alert(found->settings->seq, found->of);
	found->record = &found->stored.record;
	return 0;
}

/* Whether PIDs of the record can be of processes that live. */
static const char *evidence_process_fault(const struct evidence_case *found)
{
	if (!found->record->time.known || !found->record->alert.process.pid.known)
		return "the record does not say which process it was";
	if (!found->settings->file)
		return NULL;
	return strcmp(found->stored.host.boot_id, found->printer.host.boot_id) ?
		"the record is of another boot or another host" : NULL;
}

static int evidence_failed(const struct evidence_case *found, int error)
{
	if (error == -EEXIST)
		complain("%s: exists, and evidence is never replaced; give another --output",
			 found->settings->output);
	else
		complain("%s: %s", found->settings->output, strerror(-error));
	return FAILED;
}

static void evidence_tell(const struct evidence_case *found,
			  const struct evidence_result *result)
{
	printf("%s: %u files%s", found->settings->output, result->members,
	       result->process ? "" : ", but the process has gone");
	if (result->not_read)
		printf("; %u could not be read, see manifest.json", result->not_read);
	putchar('\n');
}

static int evidence_write(struct evidence_case *found)
{
	const struct evidence_settings *settings = found->settings;
	const struct evidence_order order = {
		.record = found->record,
		.line = &found->line,
		.source = settings->file ? settings->file : "kernel",
		.related = &found->related,
		.policy = &found->policy,
		.policy_fault = found->policy_fault,
		.process_fault = evidence_process_fault(found),
		.host = &found->printer.host,
		.roots = settings->nr_roots ? settings->roots : standard_roots,
		.nr_roots = settings->nr_roots ? settings->nr_roots : ARRAY_SIZE(standard_roots),
		.memory = settings->memory,
		.seconds = settings->seconds,
	};
	struct evidence_result result;
	struct archive archive;
	int ret = archive_create(&archive, settings->output, settings->member_mib * MIB,
				 settings->total_mib * MIB);

	if (!ret)
		ret = evidence_collect(&archive, &order, &result);
	if (!ret)
		ret = archive_finish(&archive);
	archive_drop(&archive);
	if (ret)
		return evidence_failed(found, ret);
	evidence_tell(found, &result);
	return DONE;
}

int evidence_keep(const struct evidence_settings *settings)
{
	static struct evidence_case found;
	int ret;

	found = (struct evidence_case){ .settings = settings };
	found.printer.format = &format_json;
	printer_start(&found.printer);
	ret = settings->file ? evidence_find_in_file(&found) : evidence_find_in_kernel(&found);
	if (!ret) {
		evidence_read_related(&found);
		evidence_read_policy(&found);
		ret = evidence_write(&found);
	}
	buffer_free(&found.line);
	buffer_free(&found.related);
	buffer_free(&found.policy);
	stored_free(&found.stored);
	document_free(&found.document);
	stream_close(&found.stream);
	printer_stop(&found.printer);
	return ret;
}

int evidence_main(int argc, char **argv)
{
	static struct evidence_settings settings = EVIDENCE_SETTINGS;
	int ret = options_read(&usage, &settings, argc, argv);

	if (ret >= 0)
		return ret;
	if (settings.service)
		return evidence_serve(&settings);
	if (!argv[optind] || parse_number(argv[optind], 1, UINT64_MAX - 1, &settings.seq))
		return wrong_usage(&usage, "of which alert? Give its number, which 'shelltrap "
				   "replay' shows as seq");
	if (argv[optind + 1])
		return wrong_usage(&usage, "'%s': one alert at a time", argv[optind + 1]);
	if (!settings.output)
		return wrong_usage(&usage, "--output FILE is needed");
	stop_on_signals();
	return evidence_keep(&settings);
}
