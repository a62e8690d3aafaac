// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/attributes.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <stdio.h>
#include <string.h>

int fault_set(struct fault *fault, const char *where, const char *what)
{
	*fault = (struct fault){ where, what };
	return -EBADMSG;
}

void fault_print(char *text, size_t size, const struct fault *fault)
{
	snprintf(text, size, "%s%s%s", fault->where ? fault->where : "", fault->where ? " " : "",
		 fault->what);
}

static int attributes_read_all(const struct fields *fields, const void *data, size_t len,
			       void *into, struct fault *fault);

static int attributes_read_number(const struct field *field, const struct nlattr *attr,
				  struct number *number, struct fault *fault)
{
	size_t width = field->kind == FIELD_U32 ? sizeof(uint32_t) : sizeof(uint64_t);

	if (mnl_attr_get_payload_len(attr) != width)
		return fault_set(fault, field->name, "has the wrong length");
	number->known = true;
	number->value = field->kind == FIELD_U32 ? mnl_attr_get_u32(attr) : mnl_attr_get_u64(attr);
	return 0;
}

static int attributes_read_string(const struct field *field, const struct nlattr *attr,
				  const char **string, struct fault *fault)
{
	const char *payload = mnl_attr_get_payload(attr);
	size_t len = mnl_attr_get_payload_len(attr);

	if (!len || memchr(payload, '\0', len) != payload + len - 1)
		return fault_set(fault, field->name, "is not one NUL-terminated string");
	*string = payload;
	return 0;
}

static int attributes_read_nest(const struct field *field, const struct nlattr *attr,
				void *into, struct fault *fault)
{
	*(bool *)into = true;
	return attributes_read_all(field->nest, mnl_attr_get_payload(attr),
				   mnl_attr_get_payload_len(attr), into, fault);
}

static int attributes_read_element(const struct field *field, const struct nlattr *attr,
				   char *list, size_t *count, struct fault *fault)
{
	if (*count == field->max)
		return 0;
	return attributes_read_all(field->nest, mnl_attr_get_payload(attr),
				   mnl_attr_get_payload_len(attr),
				   list + (*count)++ * field->nest->struct_size, fault);
}

static int attributes_read_one_of(const struct field *field, const struct nlattr *attr,
				  const char **list, size_t *count, struct fault *fault)
{
	if (*count == field->max)
		return 0;
	return attributes_read_string(field, attr, &list[(*count)++], fault);
}

static int attributes_read_field(const struct field *field, const struct nlattr *attr,
				 char *into, struct fault *fault)
{
	void *member = into + field->offset;

	switch (field->kind) {
	case FIELD_UNKNOWN:
		break;
	case FIELD_U32:
	case FIELD_U64:
		return attributes_read_number(field, attr, member, fault);
	case FIELD_STRING:
		return attributes_read_string(field, attr, member, fault);
	case FIELD_BYTES:
		*(struct bytes *)member = (struct bytes){
			.data = mnl_attr_get_payload(attr),
			.len = mnl_attr_get_payload_len(attr),
		};
		break;
	case FIELD_FLAG:
		if (mnl_attr_get_payload_len(attr))
			return fault_set(fault, field->name, "has the wrong length");
		*(bool *)member = true;
		break;
	case FIELD_NEST:
		return attributes_read_nest(field, attr, member, fault);
	case FIELD_LIST:
		return attributes_read_element(field, attr, member,
					       (size_t *)(into + field->count_offset), fault);
	case FIELD_STRINGS:
		return attributes_read_one_of(field, attr, member,
					      (size_t *)(into + field->count_offset), fault);
	}
	return 0;
}

static int attributes_read_all(const struct fields *fields, const void *data, size_t len,
			       void *into, struct fault *fault)
{
	const char *at = data;
	const char *end = at + len;

	while (at < end) {
		const struct nlattr *attr = (const void *)at;
		size_t left = end - at, step;
		uint16_t type;
		int ret;

		if (left < sizeof(*attr) || attr->nla_len < sizeof(*attr) || attr->nla_len > left)
			return fault_set(fault, NULL, "an attribute is cut off");
		type = mnl_attr_get_type(attr);
		if (type < fields->size) {
			ret = attributes_read_field(&fields->by_type[type], attr, into, fault);
			if (ret)
				return ret;
		}
		/* The last attribute may lack its padding. */
		step = MNL_ALIGN((size_t)attr->nla_len);
		at += step < left ? step : left;
	}
	return 0;
}

int attributes_command(const struct nlmsghdr *message, struct fault *fault)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(message);

	if (message->nlmsg_len < MNL_NLMSG_HDRLEN + MNL_ALIGN(sizeof(*genl)))
		return fault_set(fault, NULL, "the message is too short");
	if (message->nlmsg_type < NLMSG_MIN_TYPE)
		return fault_set(fault, NULL, "the message is of another family");
	return genl->cmd;
}

int attributes_read(const struct fields *fields, const struct nlmsghdr *message, void *into,
		    struct fault *fault)
{
	const size_t header = sizeof(struct genlmsghdr);

	return attributes_read_all(fields, mnl_nlmsg_get_payload_offset(message, header),
				   mnl_nlmsg_get_payload_len(message) - MNL_ALIGN(header),
				   into, fault);
}
