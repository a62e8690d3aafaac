/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What to do next, by what was found: steps with commands that can be copied. */
#ifndef REPORT_ADVICE_H
#define REPORT_ADVICE_H

#include "report/facts.h"
#include "report/markup.h"

/** advice_put() - Add the steps as a list. */
void advice_put(const struct page *page, const struct facts *facts);

#endif /* REPORT_ADVICE_H */
