/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Netlink attributes into a plain structure, by a table.
 *
 * What is read points into the message and lives as long as it. An attribute
 * the table does not know is passed over, one that is missing leaves its member
 * zero, one of the wrong size or without its NUL is an error.
 */
#ifndef KERNEL_ATTRIBUTES_H
#define KERNEL_ATTRIBUTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/util.h"

struct nlmsghdr;

/* An integer attribute that may be missing. */
struct number {
	bool known;
	uint64_t value;
};

/* A binary attribute; data is NULL where it is missing. */
struct bytes {
	const char *data;
	size_t len;
};

enum field_kind {
	FIELD_UNKNOWN,
	FIELD_U32,	/* struct number */
	FIELD_U64,	/* struct number */
	FIELD_STRING,	/* const char *, NULL where missing */
	FIELD_BYTES,	/* struct bytes */
	FIELD_FLAG,	/* bool */
	FIELD_NEST,	/* a structure that begins with "bool present" */
	FIELD_LIST,	/* an array of structures; what exceeds it is left out */
};

struct fields;

struct field {
	enum field_kind kind;
	const char *name;
	size_t offset;
	const struct fields *nest;	/* FIELD_NEST, FIELD_LIST */
	size_t count_offset;		/* FIELD_LIST: of a size_t */
	size_t max;			/* FIELD_LIST: elements */
};

/* by_type[] is indexed by attribute type, size counts its elements. */
struct fields {
	const struct field *by_type;
	size_t size;
	size_t struct_size;
};

/* Fails to compile where the member has not the type that its kind writes. */
#define FIELD_OFFSET(type, member, wanted)					\
	(offsetof(type, member) + 0 * sizeof(struct {				\
		int wrong_type : __builtin_types_compatible_p(			\
			__typeof__(((type *)0)->member), wanted) ? 1 : -1; }))

#define FIELD(attr, field_kind, type, member, wanted)				\
	[attr] = {								\
		.kind = (field_kind),						\
		.name = #attr,							\
		.offset = FIELD_OFFSET(type, member, wanted),			\
	}

#define U32_FIELD(attr, type, member)						\
	FIELD(attr, FIELD_U32, type, member, struct number)
#define U64_FIELD(attr, type, member)						\
	FIELD(attr, FIELD_U64, type, member, struct number)
#define STRING_FIELD(attr, type, member)					\
	FIELD(attr, FIELD_STRING, type, member, const char *)
#define BYTES_FIELD(attr, type, member)						\
	FIELD(attr, FIELD_BYTES, type, member, struct bytes)
#define FLAG_FIELD(attr, type, member)						\
	FIELD(attr, FIELD_FLAG, type, member, bool)

#define NEST_FIELD(attr, type, member, table)					\
	[attr] = {								\
		.kind = FIELD_NEST,						\
		.name = #attr,							\
		.offset = offsetof(type, member),				\
		.nest = (table),						\
	}

#define LIST_FIELD(attr, type, member, counter, table)				\
	[attr] = {								\
		.kind = FIELD_LIST,						\
		.name = #attr,							\
		.offset = offsetof(type, member),				\
		.nest = (table),						\
		.count_offset = FIELD_OFFSET(type, counter, size_t),		\
		.max = ARRAY_SIZE(((type *)0)->member),				\
	}

#define FIELDS(array, type)							\
	{									\
		.by_type = (array),						\
		.size = ARRAY_SIZE(array),					\
		.struct_size = sizeof(type),					\
	}

/* What is wrong with a message; both are constants. */
struct fault {
	const char *where;	/* name of an attribute, or NULL */
	const char *what;
};

/** fault_set() - Fills *fault and returns -EBADMSG. */
int fault_set(struct fault *fault, const char *where, const char *what);

/** fault_print() - Writes the fault as text for people, as snprintf(). */
void fault_print(char *text, size_t size, const struct fault *fault);

/**
 * attributes_command() - The command of a generic netlink message of our family.
 *
 * Returns the number of the command, or -EBADMSG with *fault filled where the
 * message is too short or another family's.
 */
int attributes_command(const struct nlmsghdr *message, struct fault *fault);

/**
 * attributes_read() - Reads the attributes of a message into a structure.
 * @fields: which attribute goes to which member
 * @message: one that attributes_command() takes
 * @into: the structure, zeroed; it points into the message
 *
 * Returns 0, or -EBADMSG with *fault filled; what was read before the fault stays.
 */
int attributes_read(const struct fields *fields, const struct nlmsghdr *message, void *into,
		    struct fault *fault);

#endif /* KERNEL_ATTRIBUTES_H */
