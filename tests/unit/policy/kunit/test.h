/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Replaces the kernel's header of this name in user space, by cmocka. It has only what the
 * suites of tests/kunit/ use that run in user space, too.
 */
#ifndef KUNIT_TEST_H
#define KUNIT_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <linux/types.h>

typedef __u64 u64;
typedef __u32 u32;
typedef __u8 u8;

#define U64_MAX		(~(u64)0)
#define BIT_ULL(n)	((u64)1 << (n))
#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define GFP_KERNEL	0

struct kunit {
	void **blocks;
	size_t nr_blocks;
};

struct kunit_case {
	void (*run_case)(struct kunit *test);
	const char *name;
};

struct kunit_suite {
	const char name[256];
	int (*init)(struct kunit *test);
	struct kunit_case *test_cases;
};

#define KUNIT_CASE(test_name) { .run_case = test_name, .name = #test_name }

/* Returns zeroed memory of exactly this size. It is freed at the end of the test. */
void *kunit_kzalloc(struct kunit *test, size_t size, int flags);

/* Unlike snprintf(), returns the number of bytes written. */
int scnprintf(char *text, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#define KUNIT_EXPECT_TRUE_MSG(test, held, ...)					\
	do {									\
		(void)(test);							\
		if (!(held)) {							\
			print_error(__VA_ARGS__);				\
			_assert_true(0, #held, __FILE__, __LINE__);		\
		}								\
	} while (0)

#define KUNIT_EXPECT_TRUE(test, held)	KUNIT_EXPECT_TRUE_MSG(test, held, "\n")
#define KUNIT_EXPECT_FALSE(test, held)	KUNIT_EXPECT_TRUE(test, !(held))
#define KUNIT_ASSERT_TRUE(test, held)	KUNIT_EXPECT_TRUE(test, held)

/* Both arguments must have the same type, as kernels before 5.17 require. */
#define KUNIT_EXPECT_EQ_MSG(test, left, right, ...)				\
	do {									\
		__typeof__(left) left_ = (left);				\
		__typeof__(right) right_ = (right);				\
										\
		(void)(&left_ == &right_);					\
		if (left_ != right_)						\
			print_error("%lld, not %lld: ", (long long)left_,	\
				    (long long)right_);				\
		KUNIT_EXPECT_TRUE_MSG(test, left_ == right_, __VA_ARGS__);	\
	} while (0)

#define KUNIT_EXPECT_EQ(test, left, right) KUNIT_EXPECT_EQ_MSG(test, left, right, "\n")
#define KUNIT_ASSERT_EQ(test, left, right) KUNIT_EXPECT_EQ(test, left, right)
#define KUNIT_EXPECT_STREQ(test, left, right) assert_string_equal(left, right)
#define KUNIT_ASSERT_NOT_ERR_OR_NULL(test, pointer) KUNIT_EXPECT_TRUE(test, pointer)

#endif /* KUNIT_TEST_H */
