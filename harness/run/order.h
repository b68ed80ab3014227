/*
 * What threads did at once, against the contract, which speaks of one thing
 * after the other: does the result equal that of some order of them?
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef RUN_ORDER_H
#define RUN_ORDER_H

#include "harness/compare/audit.h"
#include "harness/engine/engine.h"

typedef enum OrderVerdict {
    ORDER_AGREES,           /* the oracle is as after that order */
    ORDER_ASSERTED,         /* ... which ends with an assertion (C7) */
    ORDER_OPEN,             /* the contract does not say what it comes to */
    ORDER_NONE,             /* none agrees */
} OrderVerdict;

/* Both sides; and who wants to know what is found on the way. */
typedef struct OrderSides {
    Engine *oracle, *subject;
    const Scenario *scenario;
    unsigned at;            /* the operation that all of it begins with */
    Audited *audited;       /* added to */
    uint8_t *pages;         /* of RAM that may be written: a bit each is set */
} OrderSides;

/**
 * order_find: look for an order in which the oracle does what the subject did
 * @sides: of the oracle, what the threads did was not done yet
 * @what: what they did, by operations of the scenario
 * @before: the dirty bits before they began
 * @d: filled in for ORDER_NONE: what the best of all orders differs in
 *
 * What ended before another one began comes before it.  A change of an IOMMU is
 * made, and then told; queued work has its effect when it is done.
 */
OrderVerdict order_find(const OrderSides *sides, const EngineAtOnce *what,
                        const RmDirty *before, Divergence *d);

#endif
