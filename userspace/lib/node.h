/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JSON text as a tree, for millions of lines: the nodes of a text stand in one array, and
 * the strings in a copy of the text, so that no node needs memory of its own.
 */
#ifndef LIB_NODE_H
#define LIB_NODE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/buffer.h"

enum node_type {
	NODE_NULL,
	NODE_FALSE,
	NODE_TRUE,
	NODE_NUMBER,
	NODE_STRING,
	NODE_ARRAY,
	NODE_OBJECT,
};

/* Deeper texts are refused. The native JSON is not deeper than 4. */
#define NODE_DEPTH_MAX 16

/**
 * struct node - a value; its children follow it in the array
 * @count: of children
 * @next: how many nodes further the next child of the parent is; 0: there is none
 * @key: the name in the parent, which is an object; with a NUL
 * @text: a string, with a NUL, but it may have others; or a number, without a NUL
 */
struct node {
	enum node_type type;
	uint32_t count;
	uint32_t next;
	uint32_t key_len, len;
	const char *key;
	const char *text;
};

/* Starts as {0}; document_free() it. */
struct document {
	struct buffer text;
	struct node *nodes;
	uint32_t count, size;
};

/**
 * document_read() - Read a text that is one JSON value and nothing else.
 *
 * Returns NULL if it is not; else the value, which is valid until the next call. Control
 * characters in strings are accepted, other than NUL; bytes need not be UTF-8.
 */
const struct node *document_read(struct document *document, const char *text, size_t len);
void document_free(struct document *document);

/*
 * The functions below accept NULL for a node, as if the value were missing. A path is keys
 * with dots between them: "process.user". In an array a key is a number. "" is the node itself.
 */

/** node_at() - The value at the path; NULL if it is missing or null. */
const struct node *node_at(const struct node *node, const char *path);

/** node_first(), node_next() - Go through the children of an array or an object. */
static inline const struct node *node_first(const struct node *node)
{
	return node && node->count ? node + 1 : NULL;
}

static inline const struct node *node_next(const struct node *node)
{
	return node->next ? node + node->next : NULL;
}

static inline bool node_is(const struct node *node, enum node_type type)
{
	return node && node->type == type;
}

/* A loop; no turn where "array" is no array. */
#define node_each_item(item, array)						\
	for ((item) = node_is(array, NODE_ARRAY) ? node_first(array) : NULL;	\
	     (item); (item) = node_next(item))

/** node_string() - The string at the path; NULL: there is none. */
const char *node_string(const struct node *node, const char *path);

/*
 * Read an integer that is not negative, and a string of 16 hexadecimal digits in lower case.
 * Return false if there is no such value at the path.
 */
bool node_number(const struct node *node, const char *path, uint64_t *value);
bool node_hex(const struct node *node, const char *path, uint64_t *value);

#endif /* LIB_NODE_H */
