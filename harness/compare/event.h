/*
 * Events, regions and attributes in text form.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef COMPARE_EVENT_H
#define COMPARE_EVENT_H

#include <stddef.h>

#include "reference-model/vocabulary.h"

/** event_print: @ev in text form, in @buf of @len bytes */
void event_print(const RmEvent *ev, char *buf, size_t len);

/** attrs_name: "wid:2,secure" */
const char *attrs_name(unsigned attrs);

/** region_name: "ram0", "iommu1", "unassigned" ... */
const char *region_name(unsigned region);

#endif
