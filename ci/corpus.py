#!/usr/bin/python3
"""Which files of a corpus are needed, from what libFuzzer's merge has noted of
each.  corpus.sh uses it.

    corpus.py crashed CONTROL              the files that did not come to an end
    corpus.py choose CONTROL BASE          the files to keep: all that BASE names,
                                           and so few that no feature is missing
    corpus.py lost BEFORE AFTER            features of BEFORE that AFTER has not:
                                           how many, and files that had them
    corpus.py features CONTROL             how many features there are
    corpus.py stats CONTROL EDGES          edges, pairs of operations, features;
                                           EDGES: how many counters of code
                                           come before those of pairs

CONTROL, BEFORE and AFTER are what -merge_control_file leaves.  Files are
printed one name a line.
"""
import os
import sys


def bits(features):
    """A set of features as a number, with a bit for each."""
    found = bytearray(max(features, default=0) // 8 + 1)
    for feature in features:
        found[feature // 8] |= 1 << feature % 8
    return int.from_bytes(found, 'little')


class Control:
    """The features of each file, by its name, smallest files first."""

    def __init__(self, path):
        size, features = {}, {}
        with open(path, encoding='ascii') as f:
            n = int(f.readline())
            f.readline()
            names = [os.path.basename(f.readline()[:-1]) for _ in range(n)]
            for line in f:
                what, number, *rest = line.split()
                if what == 'STARTED':
                    size[names[int(number)]] = int(rest[0])
                elif what == 'FT':
                    features[names[int(number)]] = bits(list(map(int, rest)))
        # what crashed has no features; of one size, the order of names
        self.crashed = sorted(set(names) - set(features))
        self.features = {name: features[name] for name in
                         sorted(features, key=lambda f: (size[f], f))}

    def union(self):
        union = 0
        for features in self.features.values():
            union |= features
        return union


def choose(control, base):
    """Names in @base, and of the others so few that none can be spared.

    Of what was chosen, the same is chosen again: each has a feature alone.
    """
    chosen = [name for name in control.features if name in base]
    have = 0
    for name in chosen:
        have |= control.features[name]
    more = []       # each with what those before it have
    for name, features in control.features.items():
        if name not in base and features & ~have:
            more.append((name, have))
            have |= features
    after = 0
    for name, before in reversed(more):
        # the large ones first
        features = control.features[name]
        if features & ~(before | after):
            chosen.append(name)
            after |= features
    return sorted(chosen)


def lost(before, after):
    missing = before.union() & ~after.union()
    wanted, found = missing, []
    for name, features in before.features.items():
        if wanted & features:
            wanted &= ~features
            found.append(name)
    return missing.bit_count(), found


def stats(control, edges):
    union = control.union()
    code = union & (1 << 8 * edges) - 1
    counters = [sum(b != 0 for b in part.to_bytes(part.bit_length() // 8 + 1,
                                                  'little'))
                for part in (code, union >> 8 * edges)]
    return counters + [union.bit_count()]


def show(lines):
    for line in lines:
        print(line)


def main(argv):
    command, control = argv[0], Control(argv[1])
    if command == 'crashed':
        show(control.crashed)
    elif command == 'choose':
        with open(argv[2], encoding='ascii') as f:
            show(choose(control, set(f.read().split())))
    elif command == 'lost':
        n, found = lost(control, Control(argv[2]))
        show([n] + found)
    elif command == 'features':
        print(control.union().bit_count())
    elif command == 'stats':
        print(*stats(control, int(argv[2])))


if __name__ == '__main__':
    main(sys.argv[1:])
