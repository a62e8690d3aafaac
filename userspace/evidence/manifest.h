/* SPDX-License-Identifier: GPL-2.0-or-later */
/* manifest.json, the last member: the members, what could not be read, and why. */
#ifndef EVIDENCE_MANIFEST_H
#define EVIDENCE_MANIFEST_H

#include "evidence/archive.h"
#include "evidence/reader.h"
#include "format/json_tree.h"

/* A member of the archive, for the manifest. */
struct listed {
	const char *name;
	const char *from;		/* where the content comes from; any bytes */
	uint64_t time;			/* when it was read, ns since the epoch */
	const struct archived *archived;
	const struct reading *reading;	/* NULL: it was not read from the process */
	const char *incomplete;		/* NULL: it is whole */
};

struct manifest {
	struct json_object *root, *processes, *members, *not_read, *notes;
};

void manifest_start(struct manifest *manifest);
void manifest_free(struct manifest *manifest);

/** manifest_put() - Put a value at a path; the manifest owns it then. */
void manifest_put(struct manifest *manifest, const char *path, struct json_object *value);

void manifest_list(struct manifest *manifest, const struct listed *listed);
void manifest_not_read(struct manifest *manifest, const char *what, const char *why);
void manifest_note(struct manifest *manifest, const char *text);

/** manifest_time() - A time as in records. */
struct json_object *manifest_time(uint64_t ns);

/** manifest_text() - The text, which ends in a newline. */
void manifest_text(struct manifest *manifest, struct buffer *text);

#endif /* EVIDENCE_MANIFEST_H */
