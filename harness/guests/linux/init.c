/*
 * The first process of a Linux guest: waits for a line, and then uses its memory in
 * the ways in which a stale or wrong translation would show.  It says what it
 * expected, and what it got instead, or that all agrees.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* More than a TLB's entries, also where pages have 64 KiB. */
#define PAGES       2048
#define CHILDREN    3
#define ROUNDS      200

static size_t page;
static unsigned differences;

static void expect(const char *what, uint64_t expected, uint64_t got)
{
    if (expected != got) {
        printf("%s: expected 0x%llx, got 0x%llx\n", what,
               (unsigned long long)expected, (unsigned long long)got);
        differences++;
    }
}

static uint64_t pattern(unsigned n, unsigned who)
{
    return ((uint64_t)n << 32 | n) * 0x9e3779b97f4a7c15ull + who;
}

static uint64_t *word(char *memory, unsigned n)
{
    /* not the same line of each page */
    return (uint64_t *)(memory + n * page + n % 64 * 8);
}

static void fill(char *memory, unsigned step, unsigned who)
{
    for (unsigned n = 0; n < PAGES; n += step) {
        *word(memory, n) = pattern(n, who);
    }
}

/* How many pages do not have what @who, or in each @step-th page @other, wrote. */
static unsigned wrong(char *memory, unsigned who, unsigned step, unsigned other)
{
    unsigned count = 0;

    for (unsigned n = 0; n < PAGES; n++) {
        count += *word(memory, n) != pattern(n, n % step ? who : other);
    }
    return count;
}

static char *map(size_t size)
{
    char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (memory == MAP_FAILED) {
        perror("mmap");
        exit(1);
    }
    return memory;
}

/* Pages that are copied when they are written to. */
static void copies(char *memory)
{
    fill(memory, 1, 0);
    for (unsigned who = 1; who <= CHILDREN; who++) {
        int status = 1;
        pid_t child = fork();

        if (child == 0) {
            fill(memory, who + 1, who);
            _exit(wrong(memory, 0, who + 1, who) != 0);
        }
        waitpid(child, &status, 0);
        expect("a child's memory", 0, status);
        expect("the parent's memory", 0, wrong(memory, 0, 1, 0));
    }
}

static sigjmp_buf denied;

static void on_denied(int number)
{
    siglongjmp(denied, 1);
}

/* Stores to pages that were written to, and may only be read now. */
static void protection(char *memory)
{
    volatile unsigned faults = 0;

    signal(SIGSEGV, on_denied);
    fill(memory, 1, 0);
    mprotect(memory, PAGES * page, PROT_READ);
    for (volatile unsigned n = 0; n < PAGES; n += 16) {
        if (sigsetjmp(denied, 1)) {
            faults++;
        } else {
            *(volatile uint64_t *)word(memory, n) = 0;
        }
    }
    expect("stores that were denied", PAGES / 16, faults);
    expect("what they have changed", 0, wrong(memory, 0, 1, 0));
    mprotect(memory, PAGES * page, PROT_READ | PROT_WRITE);
    fill(memory, 1, 1);
    expect("stores that are allowed again", 0, wrong(memory, 1, 1, 1));
}

static _Atomic bool done;
static _Atomic unsigned long stores;

static void on_denied_elsewhere(int number)
{
    /* and again, until the store is allowed or all is done */
}

static void *writer(void *at)
{
    volatile uint64_t *w = at;

    while (!done) {
        *w = *w + 1;
        stores++;
    }
    return NULL;
}

/* A page is taken from a thread that writes to it: its CPU has to forget it. */
static void another_cpu(char *memory)
{
    volatile uint64_t *w = word(memory, 1);
    pthread_t thread;
    unsigned changed = 0;

    signal(SIGSEGV, on_denied_elsewhere);
    if (pthread_create(&thread, NULL, writer, (void *)w)) {
        perror("pthread_create");
        exit(1);
    }
    for (unsigned round = 0; round < ROUNDS; round++) {
        unsigned long before = stores;
        uint64_t value;

        while (stores == before) {
            usleep(10);
        }
        mprotect(memory, 2 * page, PROT_READ);
        value = *w;
        usleep(100);
        changed += *w != value;
        mprotect(memory, 2 * page, PROT_READ | PROT_WRITE);
    }
    done = true;
    pthread_join(thread, NULL);
    expect("changes of a page that nobody may write to", 0, changed);
}

/* The same addresses, with other memory behind them. */
static void other_memory(char *memory)
{
    for (unsigned round = 0; round < 4; round++) {
        fill(memory, 1, round);
        munmap(memory, PAGES * page);
        if (mmap(memory, PAGES * page, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != memory) {
            perror("mmap");
            exit(1);
        }
        for (unsigned n = 0; n < PAGES; n += 7) {
            expect("new memory", 0, *word(memory, n));
        }
    }
}

int main(void)
{
    char line[80];
    char *memory;

    /* of the faults of the first process itself, the kernel tells the console */
    if (fork() > 0) {
        for (;;) {
            pause();
        }
    }
    page = sysconf(_SC_PAGESIZE);
    memory = map(PAGES * page);
    setbuf(stdout, NULL);
    printf("\nLinux waits for a line\n=> ");
    if (!fgets(line, sizeof(line), stdin)) {
        perror("stdin");
    }
    copies(memory);
    protection(memory);
    another_cpu(memory);
    other_memory(memory);
    printf("%s\n", differences ? "it DIFFERS" : "all agrees");
    for (;;) {
        pause();
    }
}
