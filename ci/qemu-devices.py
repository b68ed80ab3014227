#!/usr/bin/python3
"""Print the checker devices that a QEMU tree has itself, a line each: the NAME of
the checker, the type that the device registers, its file, and the symbols of Kconfig
that it is built for (-: it always is).

usage: qemu-devices.py SRC

The types that each checker may have are in harness/qemu/devices/meson.build.
"""
import pathlib
import re
import sys

src = pathlib.Path(sys.argv[1])
types = (pathlib.Path(__file__).parent.parent /
         "harness/qemu/devices/meson.build").read_text()


def files(pattern):
    """What can name a type: (path, text) of the tree's devices and headers."""
    for top in ("hw", "include"):
        for path in sorted((src / top).rglob(pattern)):
            yield path, path.read_text(errors="replace")


def names(type_name, texts):
    """How C says this type: its string, and the macros that stand for it."""
    quoted = re.escape('"%s"' % type_name)
    yield quoted
    for text in texts:
        for macro in re.findall(r"#define\s+(\w+)\s+%s" % quoted, text):
            yield r"\b%s\b" % macro


def symbols(path):
    """Of Kconfig, in the build file beside it."""
    build = path.parent / "meson.build"
    text = build.read_text() if build.is_file() else ""
    for call in re.findall(r"\w+\.add\((?:[^()]|\([^()]*\))*\)", text):
        if re.search(r"'%s'" % re.escape(path.name), call):
            return re.findall(r"'(CONFIG_\w+)'", call)
    return []


candidates = [(name, type_name) for name, names_of_types in
              re.findall(r"^  '([A-Z]+)': \['\w+\.c', \[(.*)\]\],$", types, re.M)
              for type_name in re.findall(r"'([^']+)'", names_of_types)]
sources = [(path, text) for path, text in files("*.c")
           if "type_init" in text or "DEFINE_TYPES" in text or "OBJECT_DEFINE" in text]
texts = [text for _, text in files("*.h")] + [text for _, text in sources]
found = set()
for name, type_name in candidates:
    if name in found:
        continue
    spelt = "|".join(names(type_name, texts))
    for path, text in sources:
        if re.search(r"\.name\s*=\s*(%s)" % spelt, text):
            found.add(name)
            print(name, type_name, path.relative_to(src),
                  ",".join(symbols(path)) or "-")
            break
