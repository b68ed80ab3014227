/*
 * The board of the program: memory map, device, IOMMUs.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef EXPORT_BOARD_H
#define EXPORT_BOARD_H

#include "op.h"

/** export_board: append the board that the scenario runs on */
void export_board(const Export *e, const ExportUse *use, GString *out);

/** export_use: find out what the operations of @e use */
void export_use(const Export *e, ExportUse *use);

#endif
