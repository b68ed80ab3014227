#!/usr/bin/python3
"""The man page and the completion that the build makes: they have all commands
and options of --help, and work.
"""
import functools
import os
import re
import shlex
from pathlib import Path

import tooltest
from tooltest import BUILD, ToolTest, case_for_each

os.environ["LC_ALL"] = "C.UTF-8"


@functools.lru_cache(maxsize=None)
def commands():
    """All of them"""
    return re.findall("^  ([a-z]+) ", ToolTest.tool("--help").out, re.M)


@functools.lru_cache(maxsize=None)
def options(command):
    """All of them, but --help"""
    return sorted(set(re.findall(
        "--[a-z][a-z-]*", ToolTest.tool(command, "--help").out)) - {"--help"})


@functools.lru_cache(maxsize=None)
def page():
    """The manual as text, without what makes it bold or underlined; and what
    groff has to say against it
    """
    result = ToolTest.run_command(
        "groff", "-man", "-ww", "-Tutf8", "-P-c", "-P-b", "-P-o", "-P-u",
        BUILD / "tlbdiff.1")
    return result.out, result.err


def complete(*words):
    """What is offered for the last one of them"""
    script = (
        ". %s\nCOMP_WORDS=(tlbdiff %s)\nCOMP_CWORD=%d\n_tlbdiff\n"
        "printf '%%s\\n' \"${COMPREPLY[@]}\"\n" % (
            BUILD / "tlbdiff.bash", shlex.join(words), len(words)))
    return sorted(ToolTest.run_command("bash", "-c", script).out.split())


class ManPage(ToolTest):
    """As a whole"""

    def test_commands(self):
        """commands in --help"""
        self.assertGreaterEqual(len(commands()), 8)

    def test_warnings(self):
        """man page: no warnings"""
        self.assertEqual(page()[1], "")

    def test_sections(self):
        """man page: its sections"""
        for section in ("NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS",
                        "EXIT STATUS"):
            self.assert_line("^%s$" % section, page()[0])


@case_for_each([("man page: " + command, command) for command in commands()])
class ManPageOfCommand(ToolTest):
    """It has all options of the command"""

    def case(self, command):
        part, inside = [], False
        for line in page()[0].splitlines():
            if line.startswith("   tlbdiff %s " % command):
                inside = True
            elif re.match(" {,3}[^ ]", line):
                inside = False
            if inside:
                part.append(line)
        self.assertNotEqual(part, [])
        for option in options(command):
            self.assertIn(option, "\n".join(part))


@case_for_each([("completion: options of " + command, command)
                for command in commands() if options(command)])
class CompletionOfCommand(ToolTest):
    """It offers all options of the command"""

    def case(self, command):
        offered = {word.rstrip("=") for word in complete(command, "--")}
        self.assertEqual(sorted(offered - {"--help"}), options(command))


@case_for_each([
    ("completion: commands",
     ["--help", "--version", *commands()], ""),
    ("completion: a command", ["minimize"], "mi"),
    ("completion: an option", ["--engine=", "--events"], "replay", "--e"),
    ("completion: values", ["dma", "model", "qemu"],
     "replay", "--engine", "="),
    ("completion: a value", ["qemu"], "replay", "--engine", "=", "q"),
    ("completion: a value as a word of its own", ["model"],
     "replay", "--engine", "m"),
    ("completion: files",
     ["scenario-a.tlb", "scenario-b.tlb", "scenario-dir"],
     "replay", "--trace", "scen"),
    ("completion: files of an option", ["scenario-a.tlb"],
     "minimize", "-o", "scenario-a"),
    ("completion: directories", ["scenario-dir"],
     "triage", "--output", "=", "scen"),
    ("completion: a number", [], "replay", "--stop-at", "=", ""),
    ("completion: no such command", [], "frobnicate", "--"),
])
class Completion(ToolTest):
    """What is offered"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Path("scenario-a.tlb").touch()
        Path("scenario-b.tlb").touch()
        Path("scenario-dir").mkdir()

    def case(self, expected, *words):
        self.assertEqual(complete(*words), sorted(expected))


if __name__ == "__main__":
    tooltest.main()
