#!/usr/bin/python3
"""The rooms of the project: who may know whom.

A file is NAME.c with NAME.h. It knows another if it includes its header, or
calls a function that it defines. What it may know is in ROOMS; no two files
may know each other, by however many others in between; and an include says
from the root where a header is, or is of the same directory. What goes
through a pointer to a function is not seen: that is how a lower file calls a
higher one.

usage: test-includes.py [ROOT]
"""
import os
import re
import sys
import tempfile

MODEL = "reference-model"
# QEMU's side shares the words and the board with the model, and the size of
# the checkers that are modelled; what is right it does not know.
BELOW_QEMU = ["harness/scenario", "harness/engine"] + [
    MODEL + "/%s.h" % name for name in ("vocabulary", "board", "iopmp",
                                        "tzmpc", "wgchecker", "hash")]
BELOW_COMPARE = [MODEL, "harness/scenario", "harness/engine"]
BELOW_VOICE = BELOW_COMPARE + ["harness/compare"]
BELOW_RUN = BELOW_VOICE + ["harness/voice"]
BELOW_PRODUCTS = BELOW_RUN + ["harness/run", "harness/pages"]
PRODUCTS = ["harness/explain", "harness/export", "harness/bench",
            "harness/zoo", "harness/exhaust"]
ENGINES = ["harness/qemu/engine.h"]

# By room: the rooms below it and the headers that it may include, or all.
ROOMS = {
    MODEL: [],
    "harness/scenario": [MODEL],
    "harness/engine": [MODEL, "harness/scenario"],
    "harness/qemu": BELOW_QEMU + ["harness/qemu/devices/faults.h"],
    "harness/qemu/devices": ["harness/qemu/compat.h"],
    "harness/compare": BELOW_COMPARE,
    "harness/voice": BELOW_VOICE,
    "harness/run": BELOW_RUN,
    "harness/pages": BELOW_RUN + ["harness/run"],
    "harness/explain": BELOW_PRODUCTS,
    "harness/export": BELOW_PRODUCTS,
    "harness/bench": BELOW_PRODUCTS,
    "harness/zoo": BELOW_PRODUCTS,
    "harness/exhaust": BELOW_PRODUCTS,
    "harness/guests": [],       # programs for other machines
    "harness/guests/cost": [],  # and what they cost
    "harness/guests/linux": [], # and the first process of one
    "harness/tool": BELOW_PRODUCTS + PRODUCTS + ENGINES,
    "fuzz-targets": BELOW_PRODUCTS + ENGINES,
    "harness/tests": None,      # anything
    MODEL + "/tests": [MODEL],
}

# Where C is that has to be in a room.
TOP = (MODEL, "harness", "fuzz-targets")

# Headers of the patches: by whom they are included, and nobody else.
OF_PATCHES = dict.fromkeys(["zoo.h", "history.h"], "harness/qemu/zoo.c")

COMMENT = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"'
                     r"|'(?:\\.|[^'\\\n])*'", re.S)
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*"([^"]*)"', re.M)
# At the left margin: what is returned, the name, parameters, and a body.
FUNCTION = re.compile(r"^(?!static\b|typedef\b)[A-Za-z_][\w \t*]*?[ \t*\n]"
                      r"([A-Za-z_]\w*)\([^;{}]*\)\s*\{", re.M)
STATIC = re.compile(r"^static\b[\w \t*\n]*?([A-Za-z_]\w*)\([^;{}]*\)\s*[;{]",
                    re.M)
CALL = re.compile(r"(?<![\w.>])([A-Za-z_]\w*)\s*\(")
OTHERS = re.compile(r"main|__(?:wrap|real)_\w+|LLVMFuzzer\w+|__\w+")


def blank(match):
    return "" if match.group().startswith("/") else '""'


class Project:
    def __init__(self, root):
        self.root = root
        self.text = {}
        for path in self.find_files():
            with open(os.path.join(root, path), encoding="utf-8") as f:
                self.text[path] = f.read()
        self.code = {path: COMMENT.sub(blank, text)
                     for path, text in self.text.items()}
        self.defined = self.find_functions()

    def find_files(self):
        for top in TOP:
            for where, _, names in os.walk(os.path.join(self.root, top)):
                for name in names:
                    if name.endswith((".c", ".h")):
                        yield os.path.relpath(os.path.join(where, name),
                                              self.root)

    def includes(self, path):
        """Each include: as it is written, and the file; None: not ours."""
        for name in INCLUDE.findall(self.text[path]):
            beside = os.path.join(os.path.dirname(path), name)
            yield name, next((p for p in (beside, name) if p in self.text),
                             None)

    def find_functions(self):
        """By name: the file that defines it. Tests are called by nobody."""
        return {name: path for path, code in self.code.items()
                if path.endswith(".c") and "/tests/" not in path
                for name in FUNCTION.findall(code)
                if not OTHERS.fullmatch(name)}

    def known(self, path):
        """What @path knows: pairs of another file's path and how it does."""
        for name, other in self.includes(path):
            if other:
                yield other, "includes " + name
        if path.endswith(".c") and "/tests/" not in path:
            code = self.code[path]
            own = set(STATIC.findall(code)) | set(FUNCTION.findall(code))
            for name in sorted(set(CALL.findall(code)) - own):
                if name in self.defined:
                    yield self.defined[name], "calls %s()" % name


def unit(path):
    return os.path.splitext(path)[0]


def room_of(path):
    return os.path.dirname(path)


def may_know(path, other):
    below = ROOMS.get(room_of(path), [])
    if below is None or room_of(other) == room_of(path):
        return True
    return room_of(other) in below or unit(other) + ".h" in below


def wrong_arrows(project):
    for path in project.text:
        for other, how in project.known(path):
            if not may_know(path, other):
                yield "%s %s, of %s" % (path, how, other)


def homeless(project):
    for room in sorted({room_of(path) for path in project.text} - set(ROOMS)):
        yield "%s is no room that ci/test-includes.py knows" % room


def wrong_names(project):
    for path in project.text:
        for name, other in project.includes(path):
            if ".." in name.split("/"):
                yield "%s includes %s: say where it is from the root" % (
                    path, name)
            elif OF_PATCHES.get(name, path) != path:
                yield "%s includes %s: only %s may" % (path, name,
                                                       OF_PATCHES[name])
            elif other and "/" in name and other != name:
                yield "%s includes %s: say where it is from the root" % (
                    path, name)


def circles(project):
    """Sets of files that know each other, each with an arrow for each file."""
    arrows = {}
    for path in project.text:
        to = arrows.setdefault(unit(path), {})
        for other, how in project.known(path):
            if unit(other) != unit(path):
                to.setdefault(unit(other), "%s %s" % (path, how))
    for group in connected(arrows):
        yield "; ".join("%s, of %s" % (arrows[a][b], b)
                        for a in group for b in sorted(arrows[a])
                        if b in group)


def connected(arrows):
    """Tarjan: the groups of more than one node that reach each other."""
    number, low, stack, groups = {}, {}, [], []

    def visit(node):
        number[node] = low[node] = len(number)
        stack.append(node)
        for other in sorted(arrows.get(node, {})):
            if other not in number:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in stack:
                low[node] = min(low[node], number[other])
        if low[node] == number[node]:
            at = stack.index(node)
            group = sorted(stack[at:])
            del stack[at:]
            if len(group) > 1:
                groups.append(group)

    for node in sorted(arrows):
        if node not in number:
            visit(node)
    return groups


CHECKS = {
    "each file is in a room": homeless,
    "no arrow runs up between rooms": wrong_arrows,
    "no circle of files": circles,
    "includes say where a header is": wrong_names,
}


def run(root):
    """Each check's name, and what it found."""
    project = Project(root)
    return {name: list(check(project)) for name, check in CHECKS.items()}


# --- Does the test see what it should? ---------------------------------------

SOUND = {
    "reference-model/model.h": "int rm_new(void);\n",
    "reference-model/model.c": '#include "model.h"\n\n'
                               "int rm_new(void)\n{\n    return 1;\n}\n",
    "harness/engine/engine.h": '#include "reference-model/model.h"\n',
    "harness/run/run.h": '#include "harness/engine/engine.h"\n'
                         "void run(void);\n",
    "harness/run/run.c": '#include "run.h"\n\n/* engine_qemu() */\n'
                         "void run(void)\n{\n    rm_new();\n}\n",
    "harness/qemu/engine.h": "int engine_qemu(void);\n",
    "harness/qemu/engine.c": '#include "engine.h"\n\n'
                             "int engine_qemu(void)\n{\n    return 1;\n}\n",
    "harness/tool/tool.c": '#include "harness/qemu/engine.h"\n'
                           '#include "harness/run/run.h"\n\n'
                           "int main(void)\n{\n    run();\n"
                           "    return engine_qemu();\n}\n",
}

# What is planted: a file, its text, the check that must see it, and the words
# by which it must say so.
FAULTS = {
    "an include that runs up": (
        "harness/engine/extra.h", '#include "harness/run/run.h"\n',
        "no arrow runs up between rooms", "harness/run/run.h"),
    "a call that runs up without an include": (
        "harness/run/extra.c", "int engine_qemu(void);\n\n"
        "void extra(void)\n{\n    engine_qemu();\n}\n",
        "no arrow runs up between rooms", "engine_qemu()"),
    "an include between rooms side by side": (
        "harness/run/extra.c", '#include "harness/qemu/engine.h"\n',
        "no arrow runs up between rooms", "harness/qemu/engine.h"),
    "the model that includes the harness": (
        "reference-model/extra.c", '#include "harness/engine/engine.h"\n',
        "no arrow runs up between rooms", "harness/engine/engine.h"),
    "the model within QEMU's side": (
        "harness/qemu/extra.c", '#include "reference-model/model.h"\n',
        "no arrow runs up between rooms", "reference-model/model.h"),
    "a circle of includes": (
        "reference-model/state.h", '#include "model.h"\n',
        "no circle of files", "state"),
    "a circle of calls": (
        "harness/run/extra.c", '#include "run.h"\n\n'
        "void again(void)\n{\n    run();\n}\n",
        "no circle of files", "again()"),
    "a room that nobody knows": (
        "harness/new/extra.c", "",
        "each file is in a room", "harness/new"),
    "an include by way of ..": (
        "harness/run/extra.c", '#include "../engine/engine.h"\n',
        "includes say where a header is", "../engine/engine.h"),
    "an include from the room above": (
        "harness/qemu/devices/extra.c", '#include "harness/qemu/compat.h"\n'
        '#include "zoo.h"\n',
        "includes say where a header is", "zoo.h"),
}

# What makes a circle of a planted file: a line more at the end of another.
ECHOES = {
    "a circle of includes": ("reference-model/model.h",
                             '#include "state.h"\n'),
    "a circle of calls": ("harness/run/run.c",
                          "void echo(void)\n{\n    again();\n}\n"),
}


def found_in(tree):
    with tempfile.TemporaryDirectory() as root:
        for path, text in tree.items():
            os.makedirs(os.path.join(root, os.path.dirname(path)),
                        exist_ok=True)
            with open(os.path.join(root, path), "w", encoding="utf-8") as f:
                f.write(text)
        return run(root)


def check_the_test():
    """Names of the cases, and why each fails, or None."""
    found = found_in(SOUND)
    yield "a sound tree passes", next((t for each in found.values()
                                       for t in each), None)
    for name, (path, text, check, words) in FAULTS.items():
        tree = dict(SOUND, **{path: text})
        if name in ECHOES:
            tree[ECHOES[name][0]] += ECHOES[name][1]
        found = found_in(tree)
        seen = any(words in text for text in found[check])
        yield "seen: " + name, None if seen else "it was not seen"


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else os.path.join(
        os.path.dirname(os.path.abspath(__file__)), "..")
    failed = False
    for name, found in run(root).items():
        for why in found:
            print("FAIL %s: %s" % (name, why))
        if not found:
            print("ok " + name)
        failed |= bool(found)
    for name, why in check_the_test():
        print("ok " + name if why is None else "FAIL %s: %s" % (name, why))
        failed |= why is not None
    return failed


if __name__ == "__main__":
    sys.exit(main())
