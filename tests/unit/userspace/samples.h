/* SPDX-License-Identifier: GPL-2.0 */
/* Records of all kinds, and with the worst bytes, to be written in every format. */
#ifndef SAMPLES_H
#define SAMPLES_H

#include "alert.h"
#include "message.h"

/* The record of that number; false: there are no more. It points into data. */
bool sample_record(size_t number, void *data, struct record *record);

#endif /* SAMPLES_H */
