/*
 * What the programs for boards print: text, numbers, what was expected and what
 * was there instead, and a verdict.  The board has the console and the end.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
/* --- always: what the board gives */
#include <stdbool.h>
#include <stdint.h>

/* Not each program needs it all. */
#define UNUSED      __attribute__((unused))

int main(void);

static void put(char c);

/* @status: 0 all agrees, 1 it does not, 2 the guest has failed */
__attribute__((noreturn)) static void end(unsigned status);

/* --- always: text */

static void print(const char *text)
{
    for (; *text; text++) {
        if (*text == '\n') {
            put('\r');
        }
        put(*text);
    }
}

static void print_hex(uint64_t value)
{
    int digits = 1;

    while (digits < 16 && value >> 4 * digits) {
        digits++;
    }
    print("0x");
    while (digits--) {
        put("0123456789abcdef"[value >> 4 * digits & 15]);
    }
}

static void print_number(unsigned n)
{
    if (n >= 10) {
        print_number(n / 10);
    }
    put('0' + n % 10);
}

/* --- always: what was expected */

static unsigned op_number, differences, first;

/* "op 3, INT_STAT: expected 0x1, got " */
static void differs(const char *what)
{
    if (!differences++) {
        first = op_number;
    }
    print("op ");
    print_number(op_number);
    if (what) {
        print(", ");
        print(what);
    }
    print(": expected ");
}

static void expect(const char *what, uint64_t expected, uint64_t got)
{
    if (expected != got) {
        differs(what);
        print_hex(expected);
        print(", got ");
        print_hex(got);
        print("\n");
    }
}

UNUSED static void expect_value(uint64_t expected, bool is_error, uint64_t got)
{
    if (!is_error) {
        expect(0, expected, got);
        return;
    }
    differs(0);
    print_hex(expected);
    print(", got a bus error\n");
}

UNUSED static void expect_done(bool is_error)
{
    if (is_error) {
        differs(0);
        print("done, got a bus error\n");
    }
}

UNUSED static void expect_error(bool is_error)
{
    if (!is_error) {
        differs(0);
        print("a bus error, got none\n");
    }
}

/* A guest's own parts are numbered, as the operations of a scenario are. */
UNUSED static void part(const char *what)
{
    op_number++;
    print_number(op_number);
    print(": ");
    print(what);
    print("\n");
}

__attribute__((noreturn)) static void verdict(void)
{
    if (!differences) {
        print("all agrees\n");
        end(0);
    }
    print_number(differences);
    print(differences == 1 ? " difference" : " differences");
    print(", the first in op ");
    print_number(first);
    print("\n");
    end(1);
}
