/*
 * Data races, as ThreadSanitizer tells of them: two threads that race on
 * purpose, in operations that have numbers.  This program is built for that
 * sanitizer, and without the others.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <pthread.h>
#include <semaphore.h>

#include <glib.h>

#include "harness/qemu/numbered.h"
#include "harness/run/race.h"

/* Each test has its own, in a cache line of its own. */
static volatile int cells[16 * 16], *shared = cells;
static int guarded;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static sem_t done, leave;

/* Not static: what is reported are their names. */
void add_one(const Op *op);
void add_two(const Op *op);
void look_at(const Op *op);
void add_guarded(const Op *op);
void find_next_bit(const Op *op);

__attribute__((noinline)) void add_one(const Op *op)
{
    ++*shared;
}

__attribute__((noinline)) void add_two(const Op *op)
{
    *shared += 2;
}

__attribute__((noinline)) void look_at(const Op *op)
{
    g_assert_cmpint(*shared, >=, 0);
}

__attribute__((noinline)) void add_guarded(const Op *op)
{
    pthread_mutex_lock(&lock);
    guarded++;
    pthread_mutex_unlock(&lock);
}

static bool calls;          /* it looks by another function */

/* One of this name is accepted. */
__attribute__((noinline)) void find_next_bit(const Op *op)
{
    if (calls) {
        look_at(op);
    } else {
        ++*shared;
    }
}

typedef struct Does {
    int op;                 /* -1: it is none */
    void (*run)(const Op *op);
} Does;

static void *does(void *opaque)
{
    const Does *d = opaque;

    if (d->op < 0) {
        d->run(NULL);
    } else {
        numbered_run(d->op, d->run, NULL);
    }
    sem_post(&done);
    sem_wait(&leave);
    return NULL;
}

/*
 * Both at once: the sanitizer needs no luck, only that nothing orders them, and
 * that they live until both are done, as it forgets the stacks of the dead.
 */
static bool race_of(Does one, Does other, Divergence *d)
{
    pthread_t thread[2];

    pthread_create(&thread[0], NULL, does, &one);
    pthread_create(&thread[1], NULL, does, &other);
    for (unsigned i = 0; i < 2; i++) {
        sem_wait(&done);
    }
    for (unsigned i = 0; i < 2; i++) {
        sem_post(&leave);
    }
    pthread_join(thread[0], NULL);
    pthread_join(thread[1], NULL);
    return race_take(d);
}

static void test_race(void)
{
    Divergence d;

    shared += 16;
    g_assert_true(race_of((Does) { 4, look_at }, (Does) { 62, add_one }, &d));
    g_assert_cmpint(d.clause, ==, RM_C24_OWNER);
    g_assert_cmpint(d.kind, ==, DIFFER_RACE);
    /* by name, whichever came first */
    g_assert_cmpstr(d.race[0].function, ==, "add_one");
    g_assert_cmpuint(d.race[0].op, ==, 62);
    g_assert_true(d.race[0].write);
    g_assert_cmpstr(d.race[1].function, ==, "look_at");
    g_assert_cmpuint(d.race[1].op, ==, 4);
    g_assert_false(d.race[1].write);
    g_assert_cmpuint(d.op, ==, 62);
    /* and told once */
    g_assert_false(race_take(&d));
}

/* What was reported in one scenario is reported in the next one. */
static void test_again(void)
{
    Divergence d;

    shared += 16;
    for (unsigned i = 0; i < 4; i++) {
        g_assert_true(race_of((Does) { i, add_one }, (Does) { 62, add_two },
                              &d));
        g_assert_cmpuint(d.op, ==, i);
    }
}

/* Work that is queued is no operation; then the other one says where it is. */
static void test_work(void)
{
    Divergence d;

    shared += 16;
    g_assert_true(race_of((Does) { -1, add_one }, (Does) { 9, look_at }, &d));
    g_assert_cmpuint(d.race[0].op, ==, AT_SETUP);
    g_assert_cmpuint(d.race[1].op, ==, 9);
    g_assert_cmpuint(d.op, ==, 9);
}

static void test_none(void)
{
    Divergence d;

    shared += 16;
    g_assert_false(race_of((Does) { 0, look_at }, (Does) { 1, look_at }, &d));
    g_assert_false(race_of((Does) { 0, add_guarded },
                           (Does) { 1, add_guarded }, &d));
}

/* It is accepted where it races, not where it calls somebody who does. */
static void test_accepted(void)
{
    Divergence d;

    shared += 16;
    calls = false;
    g_assert_false(race_of((Does) { 0, find_next_bit }, (Does) { 1, add_one },
                           &d));
    shared += 16;
    calls = true;
    g_assert_true(race_of((Does) { 0, find_next_bit }, (Does) { 1, add_one },
                          &d));
    g_assert_cmpstr(d.race[1].function, ==, "look_at");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    sem_init(&done, 0, 0);
    sem_init(&leave, 0, 0);
    g_test_add_func("/race/race", test_race);
    g_test_add_func("/race/again", test_again);
    g_test_add_func("/race/work", test_work);
    g_test_add_func("/race/none", test_none);
    g_test_add_func("/race/accepted", test_accepted);
    return g_test_run();
}
