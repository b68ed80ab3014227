#!/usr/bin/python3
"""Print the checker devices that a QEMU tree has itself, a line each: the NAME of
the checker, the type that the device registers, its file, and the symbols of Kconfig
that it is built for (-: it always is).

usage: qemu-devices.py SRC

The types that each checker may have are in harness/qemu/devices/meson.build.
"""
import pathlib
import re
import subprocess
import sys

src = pathlib.Path(sys.argv[1])
types = (pathlib.Path(__file__).parent.parent /
         "harness/qemu/devices/meson.build").read_text()


def files(pattern):
    """Of the tree's devices and headers, those that have such a line, by name.
    (grep, since this runs with every build: there are thousands of files.)
    """
    tops = [top for top in ("hw", "include") if (src / top).is_dir()]
    found = subprocess.run(["grep", "-rlE", "--include=*.[ch]", pattern, *tops],
                           cwd=src, stdout=subprocess.PIPE, text=True,
                           check=False).stdout if tops else ""
    return [(src / name, (src / name).read_text(errors="replace"))
            for name in sorted(found.splitlines())]


def spellings(type_name):
    """How C says this type: its string, and the macros that stand for it."""
    quoted = '"%s"' % type_name.replace(".", "[.]")
    macros = [r"\b%s\b" % macro for _, text in files(quoted)
              for macro in re.findall(r"#define\s+(\w+)\s+" + quoted, text)]
    return "|".join([quoted, *macros])


def registers(type_name):
    """The file that does, or None"""
    for path, text in files(r"\.name\s*=\s*(%s)" % spellings(type_name)):
        if re.search("type_init|DEFINE_TYPES|OBJECT_DEFINE", text):
            return path
    return None


def symbols(path):
    """Of Kconfig, in the build file beside it."""
    build = path.parent / "meson.build"
    text = build.read_text() if build.is_file() else ""
    for call in re.findall(r"\w+\.add\((?:[^()]|\([^()]*\))*\)", text):
        if re.search(r"'%s'" % re.escape(path.name), call):
            return re.findall(r"'(CONFIG_\w+)'", call)
    return []


for checker, its_types in re.findall(r"^  '([A-Z]+)': \['\w+\.c', \[(.*)\]\],$",
                                     types, re.M):
    for type_name in re.findall(r"'([^']+)'", its_types):
        path = registers(type_name)
        if path:
            print(checker, type_name, path.relative_to(src),
                  ",".join(symbols(path)) or "-")
            break
