/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads netlink attributes into a plain structure, as a table says.
 *
 * Strings and bytes are not copied: they point into the message and are valid as long as it
 * is. An unknown attribute is ignored, a missing one leaves its member zero. An attribute
 * of the wrong size, or a string without its NUL, is an error.
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
	FIELD_LIST,	/* an array of structures; further elements are ignored */
	FIELD_STRINGS,	/* an array of const char *; further elements are ignored */
};

struct fields;

struct field {
	enum field_kind kind;
	const char *name;
	size_t offset;
	const struct fields *nest;	/* FIELD_NEST, FIELD_LIST */
	/* FIELD_LIST and FIELD_STRINGS: of the size_t that counts elements, and their limit */
	size_t count_offset;
	size_t max;
};

/* by_type[] has size elements and is indexed by attribute type. */
struct fields {
	const struct field *by_type;
	size_t size;
	size_t struct_size;
};

/* Does not compile if the member has another type than the field's kind needs. */
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

#define STRINGS_FIELD(attr, type, member, counter)				\
	[attr] = {								\
		.kind = FIELD_STRINGS,						\
		.name = #attr,							\
		.offset = FIELD_OFFSET(type, member[0], const char *),		\
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

/** fault_set() - Fill *fault and return -EBADMSG. */
int fault_set(struct fault *fault, const char *where, const char *what);

/** fault_print() - Write the fault as text for people into @text, as snprintf() does. */
void fault_print(char *text, size_t size, const struct fault *fault);

/**
 * attributes_command() - The command of a generic netlink message.
 *
 * Returns the number of the command, or -EBADMSG with *fault filled if the message is too
 * short or not of a generic netlink family.
 */
int attributes_command(const struct nlmsghdr *message, struct fault *fault);

/**
 * attributes_read() - Read the attributes of a message into a structure.
 * @fields: says which attribute goes to which member
 * @message: a message that attributes_command() accepts
 * @into: the structure, zeroed by the caller; it will point into the message
 *
 * Returns 0, or -EBADMSG with *fault filled. Members read before the fault stay filled.
 */
int attributes_read(const struct fields *fields, const struct nlmsghdr *message, void *into,
		    struct fault *fault);

#endif /* KERNEL_ATTRIBUTES_H */
