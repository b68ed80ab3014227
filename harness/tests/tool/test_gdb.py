#!/usr/bin/python3
"""tlbdiff replay --stop-at under gdb, with what it says to type there, and the
command of harness/gdb/tlb.py.
"""
import re
from pathlib import Path

import tooltest
from tooltest import ROOT, SEEDS, TOOL, ToolTest, case_for_each

SCRIPT = ROOT / "harness" / "gdb" / "tlb.py"
VICTIM = SEEDS / "c12-victim.tlb"


def hints(n, path):
    """The commands that are given where it stops before operation @n"""
    err = ToolTest.tool("replay", "-q", "--stop-at=%d" % n, path).err
    return re.findall(r"^ *\(gdb\) (.*)", err, re.M)


def gdb(*commands, program=(TOOL,), status=0):
    """What gdb prints"""
    args = [arg for command in commands for arg in ("-ex", command)]
    # LeakSanitizer cannot work while gdb traces the program
    result = ToolTest.run_command(
        "gdb", "-nx", "-batch", "-ex", "set confirm off", *args, "--args",
        *program, env={"ASAN_OPTIONS": "detect_leaks=0"}, status=status)
    return result.out + result.err


def debug(n, path, *commands):
    """The same, of what is stopped before operation @n"""
    return gdb("run", *commands,
               program=(TOOL, "replay", "-q", "--stop-at=%d" % n, path),
               status=None)


class GdbTest(ToolTest):
    """Cases of what was printed once"""
    output = None

    def case(self, pattern):
        self.assert_line(pattern, self.output)


@case_for_each([
    ("it stops before the operation",
     "^stopped before operation   2  store cpu=0"),
    ("it stops by itself", "received signal SIGTRAP"),
    ("it stops at a breakpoint", "^#0  .*mmu_lookup1 "),
    ("the entry: main TLB", "^main TLB, slot 1 of 64:$"),
    ("the entry: a load on the fast path",
     r"^  load  addr_idx 0x1000: no flags -> ram0\+0x1000$"),
    ("the entry: a store not translated yet",
     r"^  store addr_idx 0x1[12]00: FORCE_SLOW \+ IOMMU -> iommu\+0x1000$"),
    ("the entry: its addend", r"^  addend 0x[0-9a-f]+: ram0\+0x1000$"),
    ("the entry: its other half",
     "^  phys_addr 0x1000, page of 0x1000, attrs unspecified=1$"),
])
class Entry(GdbTest):
    """The load has learned its target, the store after it has not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.commands = hints(2, VICTIM)
        cls.output = debug(2, VICTIM, *cls.commands, "backtrace 1",
                           "tlb-entry 0 0 0x1ffc")

    def test_hints(self):
        """it says what to type"""
        self.assertIn("tlb-entry 0 0 0x1010", self.commands)

    def test_one_page(self):
        """one page, whatever the address in it"""
        self.assertEqual(len(re.findall("^main TLB", self.output, re.M)), 2)


@case_for_each([
    ("a victim", "^victim TLB, entry [0-7]:$"),
    ("a victim: blocked", r"^  store addr_idx 0x101[12]00: "
     r"FORCE_SLOW \+ MMIO -> blocked\+0x1000$"),
    ("no entry", "^nothing for 0x101000 in the TLB of CPU 0, MMU index 1$"),
    ("no such index", "^tlb-entry: there is no MMU index 77$"),
    ("no such CPU", "^tlb-entry: there is no CPU 7$"),
    ("usage", "^usage: tlb-entry CPU IDX VA$"),
])
class Victim(GdbTest):
    """An entry that was pushed out, and wrong arguments"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.output = debug(
            15, VICTIM, "source %s" % SCRIPT, "tlb-entry 0 0 0x101010",
            "tlb-entry 0 1 0x101010", "tlb-entry 0 77 0", "tlb-entry 7 0 0",
            "tlb-entry 0 0", "tlb-entry 0 0 nothing")

    def test_no_fault(self):
        """no fault of its own"""
        self.assertIn("victim TLB", self.output)
        self.assertNotIn("Traceback", self.output)


class Others(ToolTest):
    """What needs no operation that runs"""

    def test_functions(self):
        """there are the functions that it names"""
        # Where to look: for each kind of operation, functions that there are.
        operations = ["load cpu=0 idx=0 va=0x4000 size=8 le",
                      "iommu mmu=0 index=0 page=0x1 dir=read -> ram0+0x2000 "
                      "perm=r-",
                      "flush cpu=0 all", "clear-dirty client=vga -> ram1+0x1000",
                      "watch cpu=0 va=0x6010 watch=w", "map iommu1 off",
                      "device io dir=both -> error"]
        Path("kinds.tlb").write_text(
            "\n".join(["tlbdiff 1 iommu", *operations, ""]))
        breaks = {command for n in range(1, len(operations) + 1)
                  for command in hints(n, "kinds.tlb")
                  if command.startswith("break")}
        self.assertGreaterEqual(len(breaks), 10)
        output = gdb("set breakpoint pending off", *sorted(breaks))
        self.assertEqual(
            len(re.findall("^Breakpoint [0-9]+ at", output, re.M)),
            len(breaks), output)

    def test_not_qemu(self):
        """not QEMU"""
        output = gdb("source %s" % SCRIPT, "tlb-entry 0 0 0",
                     program=("/bin/true",), status=None)
        self.assert_line("^tlb-entry: no QEMU is running here$", output)


if __name__ == "__main__":
    tooltest.main()
