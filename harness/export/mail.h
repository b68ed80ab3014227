/*
 * The text of a report to QEMU's developers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef EXPORT_MAIL_H
#define EXPORT_MAIL_H

#include <glib.h>

#include "run.h"

/** export_mail: append the text of a report to QEMU's developers to @out */
void export_mail(const Export *e, GString *out);

#endif
