#!/usr/bin/python3
"""Writes scenarios that differ from given ones by operations of others.

  crash-files.py OUT N SEEDS BASE...     N files in OUT, from BASE in turn

The operations come from the scenarios in the directory SEEDS.  The same
arguments make the same files.
"""
import hashlib
import pathlib
import random
import sys

MAX_OPS = 64


def operations(path):
    """The set-up and the operations of a scenario in text form."""
    lines = [line.split("#")[0].strip() for line in path.read_text().splitlines()]
    lines = [line for line in lines if line]
    return lines[:2], lines[2:]


def mutate(rng, ops, others):
    ops = list(ops)
    for _ in range(rng.randint(1, 12)):
        at = rng.randint(0, len(ops))
        # what comes after "react" is a reaction: it stays with it
        if at == 0 or not ops[at - 1].startswith("react"):
            ops.insert(at, rng.choice(others))
    return ops[:MAX_OPS]


def main():
    out, number, seeds = pathlib.Path(sys.argv[1]), int(sys.argv[2]), pathlib.Path(sys.argv[3])
    bases = [operations(pathlib.Path(name)) for name in sys.argv[4:]]
    others = sorted({op for seed in seeds.glob("*.tlb") for op in operations(seed)[1]
                     if not op.startswith("react")})
    rng = random.Random(1)
    written = 0
    while written < number:
        head, ops = bases[written % len(bases)]
        text = "\n".join(head + mutate(rng, ops, others)) + "\n"
        name = out / ("crash-" + hashlib.sha1(text.encode()).hexdigest())
        if not name.exists():
            name.write_text(text)
            written += 1


if __name__ == "__main__":
    main()
