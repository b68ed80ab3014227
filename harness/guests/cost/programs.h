/*
 * What emulators are compared by: programs of which each does one thing for
 * long.  A board's file defines what is declared here, and calls run().
 * PROGRAM is the one to be run; its result is printed.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdint.h>

#ifndef PROGRAM
#define PROGRAM nothing
#endif
#define UNUSED __attribute__((unused))
/* What is stored to is not in a page of code. */
#define APART __attribute__((aligned(4096)))

/* A place of a device that can be read, or written, without effect */
static uint32_t io_load(void);
static void io_store(uint32_t value);

/* What the CPU has cached of its PAGES pages is lost, and their mapping. */
static void lose(void);
static volatile uint32_t *page(unsigned i);

static void put(char c);

/* What each program costs before it begins and when it ends */
UNUSED static uint32_t nothing(void)
{
    return 0;
}

/* --- Like a CoreMark: a list, a matrix, and a checksum, all of it small */

#define SIDE    8

typedef struct Item Item;
struct Item {
    Item *next;
    uint32_t value;
};

static uint32_t checksum(uint32_t sum, uint32_t value)
{
    for (int i = 0; i < 32; i++) {
        uint32_t bit = (sum ^ value >> i) & 1;

        sum = sum >> 1 ^ (bit ? 0xedb88320u : 0);
    }
    return sum;
}

static Item *reverse(Item *list)
{
    Item *reversed = 0;

    while (list) {
        Item *next = list->next;

        list->next = reversed;
        reversed = list;
        list = next;
    }
    return reversed;
}

UNUSED static uint32_t compute(void)
{
    static Item items[64] APART;
    static volatile uint32_t a[SIDE][SIDE] APART, b[SIDE][SIDE], c[SIDE][SIDE];
    Item *list = 0;
    uint32_t sum = 0;

    for (unsigned i = 0; i < 64; i++) {
        items[i].value = i * 2654435761u;
        items[i].next = list;
        list = &items[i];
    }
    for (unsigned i = 0; i < SIDE * SIDE; i++) {
        a[i / SIDE][i % SIDE] = i;
        b[i / SIDE][i % SIDE] = 3 * i + 1;
    }
    for (unsigned round = 0; round < 12000; round++) {
        list = reverse(list);
        for (Item *item = list; item; item = item->next) {
            item->value += round ^ sum;
        }
        for (unsigned i = 0; i < SIDE; i++) {
            for (unsigned j = 0; j < SIDE; j++) {
                uint32_t dot = 0;

                for (unsigned k = 0; k < SIDE; k++) {
                    dot += a[i][k] * b[k][j];
                }
                c[i][j] = dot;
            }
        }
        sum = checksum(sum, list->value +
                            c[round % SIDE][round / SIDE % SIDE]);
    }
    return sum;
}

/* --- Memory, from one end to the other: more than the TLB has at first */

#define WORDS   (64 * 1024)

/* @b and @c, both of WORDS, are added up into @a. */
static uint32_t add_up(volatile uint32_t *a, const volatile uint32_t *b,
                       const volatile uint32_t *c, unsigned rounds)
{
    uint32_t sum = 0;

    for (unsigned round = 0; round < rounds; round++) {
        for (unsigned i = 0; i < WORDS; i++) {
            a[i] = b[i] + 3 * c[i] + round;
        }
        sum += a[round];
    }
    return sum;
}

/* Their places in the TLB are some pages apart. */
UNUSED static uint32_t stream(void)
{
    static volatile uint32_t all[3 * WORDS + 8 * 1024] APART;

    return add_up(all, all + WORDS + 4 * 1024, all + 2 * (WORDS + 4 * 1024),
                  60);
}

/*
 * The three have the same one, in a TLB of 256 entries: each access finds its
 * entry among the victims.
 */
UNUSED static uint32_t victims(void)
{
    static volatile uint32_t all[3 * 64 * PAGE] APART;

    return add_up(all, all + 64 * PAGE, all + 128 * PAGE, 6);
}

/* --- Pages, each of which is missed, and then loaded from and stored to */

UNUSED static uint32_t fault(void)
{
    uint32_t sum = 0;

    for (unsigned round = 0; round < 400; round++) {
        lose();
        for (unsigned i = 0; i < PAGES; i++) {
            volatile uint32_t *word = page(i);

            sum += *word;
            *word = sum ^ round;
        }
    }
    return sum;
}

/* --- A device */

UNUSED static uint32_t mmio(void)
{
    uint32_t sum = 0;

    for (unsigned i = 0; i < 100000; i++) {
        sum += io_load();
        io_store(0);
    }
    return sum;
}

/* --- The result, in hexadecimal */

static void run(void)
{
    uint32_t result = PROGRAM();

    for (int shift = 28; shift >= 0; shift -= 4) {
        put("0123456789abcdef"[result >> shift & 15]);
    }
    put('\n');
}
