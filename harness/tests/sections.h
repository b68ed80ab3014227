/*
 * A memory map with more sections than a page has bytes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TESTS_SECTIONS_H
#define TESTS_SECTIONS_H

/**
 * sections_confused: make an address space with @n devices, a page each, and
 * read all of them; returns how many times another one has answered
 */
unsigned sections_confused(unsigned n);

#endif
