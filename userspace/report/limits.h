/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How long a page may become. Each part that reaches a limit says how much it leaves out,
 * and leaves out what is least severe.
 */
#ifndef REPORT_LIMITS_H
#define REPORT_LIMITS_H

#define INCIDENTS_MAX 50	/* that are described, not only listed */
#define OVERVIEW_MAX 500
#define COMMANDS_MAX 100
#define COMMANDS_FOLDED_MAX 1000
#define CHILDREN_MAX 40		/* of one process in the tree */
#define TREE_MAX 300		/* processes in the tree */
#define EXECS_MAX 20		/* of one process in the tree */
#define ROWS_SHOWN_MAX 100	/* of any other table */
#define REQUESTS_MAX 10
#define SENSOR_MAX 50
#define RAW_BYTES_MAX (512 * 1024)

#endif /* REPORT_LIMITS_H */
