#!/usr/bin/python3
"""compat.h compiles for releases of QEMU that are not at hand.

A build compiles of harness/qemu/compat.h what its own QEMU needs.  Here it is
compiled once more for each of FACES: its conditions go as they would for that
tree, and what that has elsewhere, or otherwise, is declared as it is there.
There is no branch that none of them compiles, each reads like C, and it uses
only what it is meant to find.  (That it is right shows on a real tree only.)

usage: test-compat.py BUILD     with a QEMU of 10.2 that has the series
"""
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
HEADER = "harness/qemu/compat.h"

# What each tree is: conditions that do not go as they do here, headers that it
# has and we have not, and declarations.  The C of compat.h then comes with its
# names changed, after all that it includes.
FACES = {
    "this tree": ({}, "", ""),
    "a tree with world ids": (
        {"ifdef HAVE_MEMTXATTRS_WORLD_ID": True}, "", """
#define world_id user
"""),
    "a tree without the series": (
        {"if QEMU_SECTION_BY_TYPE": False, "elif QEMU_SECTION_INDEX": True,
         "ifndef TLB_IOMMU": True}, "", """
#define xlat_section phys_addr
MemoryRegionSection *iotlb_to_section(CPUState *, hwaddr, MemTxAttrs);
#undef TLB_IOMMU
#define tlb_set_page_full old_set_page_full
void tlb_set_page_full(CPUState *, int, vaddr, CPUTLBEntryFull *);
"""),
    "a tree that keeps a section for all types": (
        {"if QEMU_SECTION_BY_TYPE": False, "elif QEMU_SECTION": True}, "", """
#define xlat_offset phys_addr
#define section xlat[0].section
"""),
    "a tree that keeps it in a way of its own": (
        {"if QEMU_SECTION_BY_TYPE": False}, "", ""),
    "a tree of before 10.2": (
        {"ifdef HAVE_MO_ALIGN_TLB_ONLY": False}, "", """
unsigned memop_atomicity_bits(MemOp);
"""),
    "QEMU 10.0": (
        {'if __has_include("exec/tlb-flags.h")': False,
         "if !COMPAT_10_0": False}, """
exec/address-spaces.h exec/cpu_ldst.h exec/exec-all.h exec/memory.h
exec/ram_addr.h exec/ramblock.h exec/ramlist.h exec/tb-flush.h
""", """
#define cpu_tlb_fast old_tlb_fast
bool cpu_physical_memory_test_and_clear_dirty(ram_addr_t, ram_addr_t,
                                              unsigned);
void cpu_get_tb_cpu_state(CPUArchState *, vaddr *, uint64_t *, uint32_t *);
#define tb_gen_code old_gen_code
TranslationBlock *tb_gen_code(CPUState *, vaddr, uint64_t, uint32_t, int);
typedef struct OldCPUClass {
    int (*mmu_index)(CPUState *, bool);
} OldCPUClass;
#define CPUClass OldCPUClass
"""),
    "QEMU 11": (
        {'if __has_include("hw/core/qdev.h")': True,
         'if __has_include("system/memory_cached.h")': True,
         'if __has_include("system/ramlist.h")': True,
         "ifdef HAVE_CPU_CLASS_MAX_AS": True,
         "ifndef HAVE_CPU_CLASS_MAX_AS": False}, """
hw/core/irq.h hw/core/qdev.h hw/core/qdev-properties.h hw/core/registerfields.h
hw/core/sysbus.h system/memory_cached.h system/ramlist.h
""", """
#define physical_memory_test_and_clear_dirty new_test_and_clear_dirty
uint64_t physical_memory_test_and_clear_dirty(ram_addr_t, ram_addr_t, unsigned,
                                              unsigned long *);
typedef struct NewCPUClass {
    int max_as;
} NewCPUClass;
#define CPUClass NewCPUClass
"""),
}

# What files of harness/qemu take from it and it does not use itself.
USED = """
static int used(void) { return TLB_IOMMU; }
"""

GUARD = re.compile(r"^#(ifndef|define) HARNESS_QEMU_COMPAT_H$", re.M)
CONDITION = re.compile(r"^#(if|ifdef|ifndef|elif)\b.*$", re.M)
BRANCH = re.compile(r"^#(?:if|ifdef|ifndef|else|elif)\b[^\n]*$", re.M)
DEFINED = re.compile(r"^static inline [^;{]*?(\w+)\(|^typedef [^;{]*?(\w+);"
                     r"|^\} (\w+);|^#define (COMPAT_\w+)", re.M)
MARK = "compat_h_line_%d"


def text_of(header, forced):
    """The header for a face, and the same with a word wherever a branch begins:
    what each word stands for is the line.
    """
    text = GUARD.sub("", header[:header.rindex("#endif")])
    for condition, value in forced.items():
        text = text.replace("\n#" + condition + "\n", "\n#%s %d\n" % (
            "elif" if condition.startswith("elif") else "if", value))
    lines = text.split("\n")
    branches = [i + 1 for i, line in enumerate(lines) if BRANCH.match(line)]
    names = {name for match in DEFINED.finditer(header)
             for name in match.groups() if name}
    for name in names:
        text = re.sub(r"\b%s\b" % name, "Face_" + name, text)
    for line in branches:
        lines[line - 1] += "\n" + MARK % line
    return text, "\n".join(lines), branches


def run(args, text, source):
    """clang of a file that includes the header, and goes on with @text"""
    with open(source, "w", encoding="utf-8") as f:
        f.write('#include "qemu/osdep.h"\n#include "%s"\n%s'
                % (HEADER, text))
    return subprocess.run(args + [source], capture_output=True, text=True)


def compile_face(command, header, face, work):
    """(lines of the branches, those that it compiles, why it fails or None)"""
    forced, headers, declared = face
    text, marked, branches = text_of(header, forced)
    place = os.path.join(work, "include")
    for name in headers.split():
        os.makedirs(os.path.join(place, os.path.dirname(name)), exist_ok=True)
        open(os.path.join(place, name), "w", encoding="utf-8").close()
    source = os.path.join(work, "face.c")
    # (for those that are not there; others come first)
    args = command + ["-Werror", "-Wno-unused", "-idirafter", place]
    seen = run(args + ["-E", "-P"], declared + marked, source).stdout.split()
    found = {line for line in branches if MARK % line in seen}
    result = run(args + ["-fsyntax-only"], declared + text + USED,
                 source)
    why = None
    if result.returncode:
        why = next((line for line in result.stderr.split("\n")
                    if "error:" in line), result.stderr.strip())
    return branches, found, why


def check(command, header, faces):
    """Names of the checks, and why each fails, or None."""
    missing = None
    known = [c.group()[1:] for c in CONDITION.finditer(header)]
    unseen = None
    for name, face in faces.items():
        for condition in face[0]:
            if condition not in known:
                missing = "#%s, of %s, is not in %s" % (condition, name,
                                                        HEADER)
        with tempfile.TemporaryDirectory() as work:
            branches, found, why = compile_face(command, header, face, work)
        unseen = set(branches) - found if unseen is None else unseen - found
        yield "it compiles for " + name, why
    yield "its conditions are those of the faces", missing
    yield "a face compiles each branch", None if not unseen else (
        "%s:%d: none of them does: add a face, or what makes one take it"
        % (HEADER, min(unseen)))


def compiler_of(build):
    """How a file of harness/qemu is compiled, without its name."""
    with open(os.path.join(build, "compile_commands.json"),
              encoding="utf-8") as f:
        entry = next(e for e in json.load(f)
                     if e["file"].endswith("harness/qemu/board.c"))
    words = shlex.split(entry["command"])
    keep = []
    skip = False
    for word in words:
        if skip or word in ("-c", "-MD") or word == entry["file"]:
            skip = False
        elif word in ("-o", "-MF", "-MQ"):
            skip = True
        else:
            keep.append(word)
    return keep, entry["directory"]


def main():
    command, directory = compiler_of(os.path.realpath(sys.argv[1]))
    with open(os.path.join(ROOT, HEADER), encoding="utf-8") as f:
        header = f.read()
    os.chdir(directory)
    failed = False
    for name, why in check(command, header, FACES):
        print("ok " + name if why is None else "FAIL %s: %s" % (name, why))
        failed |= why is not None
    return failed


if __name__ == "__main__":
    sys.exit(main())
