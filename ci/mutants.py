#!/usr/bin/python3
"""Write mutants of files of QEMU: a small mistake in each.

usage: mutants.py SRC SCOPE DIR FILE...

SRC is the patched tree, each FILE a path in it.  SCOPE is the directory of a
series, for the lines that it adds; or a file of llvm-cov's lcov, for all lines.
Prints a line for each mutant: "id file:line function lines what", where lines
is "series", "reached" or "unreached", of those that were not run.  The id stays
the same as long as the function and the text of the changed lines do.

With ids in $MUTANTS, leaves in DIR instead a diff of each of them, named after
it, and each FILE, by its last name, with these mutants in it, of which
TLBDIFF_MUTANT=id chooses one when the program runs.
"""
import collections
import hashlib
import os
import re
import sys
import tempfile

import coverage

CONTEXT = 2                             # lines of it in a diff

# A mistake of one token: each in its place, and what takes it.
OPERATORS = {
    "==": ["!="], "!=": ["=="], "<": ["<="], ">": [">="], "<=": ["<"],
    ">=": [">"], "&&": ["||"], "||": ["&&"], "&": ["|"], "|": ["&"],
    "|=": ["&=", "="], "&=": ["|=", "="], "+=": ["-=", "="],
    "-=": ["+=", "="], "+": ["-"], "-": ["+"], "<<": [">>"], ">>": ["<<"],
}
UNARY = {"!": [""], "~": [""], "-": [""]}
TYPES = ["MMU_DATA_LOAD", "MMU_DATA_STORE", "MMU_INST_FETCH"]
# Of a ring, each is taken for the next one, and left out.
RINGS = [
    ["TLB_IOMMU", "TLB_MMIO", "TLB_DISCARD_WRITE", "TLB_NOTDIRTY",
     "TLB_INVALID_MASK", "TLB_FORCE_SLOW"],
    ["PAGE_READ", "PAGE_WRITE", "PAGE_EXEC"],
    ["IOMMU_RO", "IOMMU_WO"],
]
WORDS = {
    "true": ["false"], "false": ["true"],
    "read_flags": ["write_flags"], "write_flags": ["read_flags"],
    "is_ram": ["is_romd"], "is_romd": ["is_ram"],
    "addr": ["addr_page", "orig_addr"], "addr_page": ["addr"],
    "orig_addr": ["addr"], "in_page": ["0"], "asidx": ["0", "1"],
    "prot": ["full->prot"], "full->prot": ["prot"],
    "full->attrs": ["MEMTXATTRS_UNSPECIFIED"],
    "access_type": TYPES, "type": TYPES,
    "continue": ["break"],
}
WORDS.update((t, [o for o in TYPES if o != t]) for t in TYPES)
for ring in RINGS:
    WORDS.update((a, [b, "0"]) for a, b in zip(ring, ring[1:] + ring[:1]))

TOKEN = re.compile(r"(?:full->(?:prot|attrs)\b)|(?<![\w.>])\w+|->|\+\+|--"
                   r"|<<=?|>>=?|[=!<>]=|&&|\|\||[-+|&]=|[-+|&<>!~]|\[i\]")
# Nothing of this is in the program, or it is seen by nobody.
SILENT = re.compile(r"QEMU_BUILD_BUG_ON|trace_\w+|tlb_debug|qemu_log\w*")
DECLARATION = re.compile(r"(?:const |static )*\w+(?: +\**| *\*+) *\w+ *(?:[=,]|$)")
KEYWORD = re.compile(r"(?:if|else|for|while|switch|return|case|default)\b")


def series_lines(patches):
    """As coverage.py's read_series, but without the fixes of unmodified QEMU:
    they come first, so that all line numbers are those of the tree"""
    with tempfile.TemporaryDirectory() as only:
        names = [name for name in map(str.strip, open(patches + "/series"))
                 if re.match(r"\d+-", name)]
        for name in names:
            os.symlink(os.path.abspath(os.path.join(patches, name)),
                       os.path.join(only, name))
        with open(only + "/series", "w") as series:
            series.write("\n".join(names))
        return coverage.read_series(only)


def blank(text):
    """The same, with spaces for comments, strings and preprocessor lines"""
    return re.sub(r'/\*[\s\S]*?\*/|"(?:\\.|[^"\\\n])*"|^#(?:.*\\\n)*.*',
                  lambda m: re.sub(r"[^\n]", " ", m.group()), text,
                  flags=re.M)


def matching(code, start):
    """The parenthesis that closes the one at @start"""
    depth = 0
    for at in range(start, len(code)):
        depth += {"(": 1, ")": -1}.get(code[at], 0)
        if not depth:
            return at
    raise ValueError("no closing parenthesis")


def statements(code):
    """(start, end) of what stands between semicolons and braces"""
    depth = begin = 0
    for at, char in enumerate(code):
        depth += {"(": 1, ")": -1}.get(char, 0)
        if char in ";{}" and not depth:
            text = code[begin:at]
            if text.strip() and char == ";":
                yield begin + len(text) - len(text.lstrip()), at
            begin = at + 1


def operand_end(code, at, step):
    """How far the operand goes that @code has from @at on, or before it"""
    depth = 0
    while (code[at] not in ";{}"
           and (depth or code[at - 1:at + 1] not in ("&&", "||"))):
        depth += {"(": step, ")": -step}.get(code[at], 0)
        if depth < 0:
            break
        at += step
    return at


def token_edits(code):
    """Operators, constants, flags, access types and variables exchanged"""
    for match in TOKEN.finditer(code):
        token, at = match.group(), match.start()
        before = code[max(at - 40, 0):at].rstrip()
        # after an operand it has two of them, and elsewhere one
        binary = (re.search(r"[\w)\]]$", before)
                  and not before.endswith("return"))
        if token.isdigit():
            for number in {int(token) + 1, max(int(token) - 1, 0)}:
                yield at, match.end(), str(number), "constant"
        elif token == "[i]":
            yield at, match.end(), "[access_type]", "access type"
        elif token in WORDS:
            for other in WORDS[token]:
                yield at, match.end(), other, "%s for %s" % (other, token)
        elif binary or token not in "&-":
            for other in (OPERATORS if binary else UNARY).get(token, []):
                yield at, match.end(), other, "%s for %s" % (
                    other or "nothing", token)
        elif token == "-":
            yield at, match.end(), "", "nothing for -"
        if token in ("&&", "||"):
            left = operand_end(code, at - 1, -1) + 1
            yield left, match.end(), "", "operand dropped"
            right = operand_end(code, at + 2, 1)
            yield at, right - (code[right] in "&|"), "", "operand dropped"


def condition_edits(code):
    """Conditions negated"""
    for match in re.finditer(r"\b(?:if|while) (?=\()", code):
        start, end = match.end(), matching(code, match.end())
        condition = code[start + 1:end]
        # one of these alone is negated by an operator already
        if (re.search(r"&&|\|\|", condition)
                or not re.match(r"!|[^(]*[=!]=", condition)):
            yield start, end + 1, "(!" + "%s)", "negated"


def statement_edits(code):
    """Statements dropped, and off by one"""
    for start, end in statements(code):
        text = code[start:end]
        if text.startswith("return "):
            if text != "return 0":
                yield start, end, "return 0", "return 0"
            continue
        if KEYWORD.match(text):
            continue
        if not DECLARATION.match(text):
            yield start, end, "", "dropped"
        match = re.match(r"[^=(]*[^=!<>(]= *(?!=)", text)
        if match and not text[match.end():].lstrip("-").isdigit():
            yield start + match.end(), end, "(%s) + 1", "off by one"


def edits(text, lines):
    """(start, end, replacement, what) for all that begin on one of @lines"""
    code = blank(text)
    number = [1]
    for char in code:
        number.append(number[-1] + (char == "\n"))
    depth, inside = 0, []
    for char in code:
        depth += {"{": 1, "}": -1}.get(char, 0)
        inside.append(depth > 0)
    silent = set()
    for match in SILENT.finditer(code):
        start = code.index("(", match.end())
        silent.update(range(match.start(), matching(code, start) + 1))

    found = [edit for kind in (condition_edits, statement_edits, token_edits)
             for edit in kind(code)]
    seen = set()
    for start, end, new, what in sorted(found, key=lambda edit: edit[:2]):
        old = text[start:end]
        new = new.replace("%s", old)
        # as many lines as before: the others keep their numbers
        new += "\n" * (old.count("\n") - new.count("\n"))
        if (number[start] in lines and inside[start] and start not in silent
                and (start, end, new) not in seen and old != new):
            seen.add((start, end, new))
            yield start, end, new, number[start], what


def function_at(lines, number):
    """The function that line @number is in"""
    for line in reversed(lines[:number]):
        match = re.match(r"(?![#/*\s}{]).*?(\w+)\(", line)
        if match:
            return match.group(1)
    return "(top)"


def definition(code, name, at):
    """(start, parameters, body, end) of the function @name of which @at in @code
    is part: where its definition begins, its parameter list, its body and where
    that ends; or None, as for a table"""
    for match in re.finditer(
            r"^(?:\w[^;{}()]*?[\s*])?%s(?=\([^;{}]*\)\n\{)" % name, code, re.M):
        body = code.index("\n{", match.end()) + 1
        end = code.index("\n}\n", body) + 3
        if body < at < end:
            return match.start(), match.end(), body, end
    return None


def arguments(parameters):
    """What is passed on: "a, b" of "(int a, const char *b)"; None if there are
    some that have no name at their end, as functions do"""
    names = [re.search(r"\w[\s*]+(\w+)\s*$", one)
             for one in parameters.strip()[1:-1].split(",")]
    if parameters.strip() == "(void)":
        return ""
    return ", ".join(name.group(1) for name in names) if all(names) else None


CHOOSE = """
unsigned long mutant_chosen;
__attribute__((constructor)) static void mutant_choose(void)
{
    const char *id = getenv("TLBDIFF_MUTANT");
    mutant_chosen = id ? strtoul(id, NULL, 16) : 0;
}
"""


def can_be_chosen(code, function, at):
    """Is it part of a function that can be called in place of another?"""
    found = definition(code, function, at)
    return bool(found) and arguments(code[found[1]:found[2]]) is not None


def chosen_at_run_time(text, mutants, first):
    """@text, with a further copy of its function for each of the @mutants:
    (id, function, start, end, replacement)

    The function calls the copy that is chosen.  Above each is a line with
    its id.  The @first file has the choice.
    """
    code = blank(text)
    by_function = collections.defaultdict(list)
    for mutant in mutants:
        function, start = mutant[1:3]
        by_function[function, definition(code, function, start)].append(mutant)
    pieces = [(0, "extern unsigned long mutant_chosen;\n")]
    for (function, place), of_function in by_function.items():
        begin, parameters, body, end = place
        call = arguments(code[parameters:body])
        copies = choice = ""
        head = text[begin:parameters - len(function)]
        if re.search(r"\b%s\(" % function, code[body:end]):
            # the copies call it, and are above it
            copies = text[begin:body].rstrip() + ";\n"
        for name, _, start, stop, new in of_function:
            copies += ("/* mutant %s */\n__attribute__((noinline)) %s%s%s_%s%s"
                       % (name, "" if "static" in head else "static ",
                          head.replace("inline ", ""), function, name,
                          text[parameters:start] + new + text[stop:end]))
            choice += ("    case 0x%sul: return %s_%s(%s);\n"
                       % (name, function, name, call))
        pieces.append((begin, copies))
        pieces.append((body + 1, "\n    switch (mutant_chosen) {\n%s    }\n"
                       % choice))
    pieces.sort()
    pieces.append((len(text), ""))
    return "".join(new + text[at:after] for (at, new), (after, _)
                   in zip(pieces, pieces[1:])) + (CHOOSE if first else "")


class Scope:
    """Of which lines there are mutants"""

    def __init__(self, path):
        self.added = self.counts = None
        if os.path.isdir(path):
            self.added = series_lines(path)
        else:
            self.counts = coverage.read_lcov(path)[0]

    def of_file(self, path):
        """What to say of a line of it; nothing, if there is to be no mutant"""
        if self.added is not None:
            return lambda number: "series" if number in self.added[path] else ""
        counts = next((self.counts[name] for name in self.counts
                       if name.endswith("/" + path)), {})

        # the count stands where a statement begins
        def reached(number):
            before = [line for line in counts if line <= number]
            return ("reached" if not counts or before and counts[max(before)]
                    else "unreached")
        return reached


def mutants_of(path, text):
    """(id, line number, function, what, start, end, replacement) of all"""
    code = blank(text)
    old = text.splitlines(True)
    twins = collections.Counter()
    every = range(len(old) + 1)
    for start, end, new, number, what in edits(text, every):
        function = function_at(old, number)
        if not can_be_chosen(code, function, start):
            continue
        change = [line[0] + line[1:].strip() for line
                  in changed_lines(text, old, number, start, end, new)]
        key = "\n".join([path, function] + change)
        twins[key] += 1
        name = hashlib.sha1(("%s\n%d" % (key, twins[key])).encode())
        yield name.hexdigest()[:10], number, function, what, start, end, new


def changed_lines(text, old, number, start, end, new):
    """Of the change of @text to @new, the lines before and after, marked"""
    last = number + text.count("\n", start, end)
    mutant = (text[:start] + new + text[end:]).splitlines(True)
    return (["-" + line for line in old[number - 1:last]]
            + ["+" + line for line in mutant[number - 1:last]])


def write_diff(output, path, text, mutant):
    """One that patch(1) takes"""
    _, number, function, _, start, end, new = mutant
    old = text.splitlines(True)
    last = number + text.count("\n", start, end)
    span = "%d,%d" % (number - CONTEXT, last - number + 1 + 2 * CONTEXT)
    output.write("--- a/%s\n+++ b/%s\n@@ -%s +%s @@ %s\n"
                 % (path, path, span, span, function))
    output.writelines(
        [" " + line for line in old[number - 1 - CONTEXT:number - 1]]
        + changed_lines(text, old, number, start, end, new)
        + [" " + line for line in old[last:last + CONTEXT]])


def main():
    if len(sys.argv) < 5:
        sys.exit(__doc__.split("\n\n")[1])
    src, scope, target, *paths = sys.argv[1:]
    chosen = os.environ.get("MUTANTS")
    if chosen is None:
        scope = Scope(scope)
    else:
        chosen = set(chosen.split())
    for path in paths:
        text = open(os.path.join(src, path)).read()
        if chosen is None:
            lines = scope.of_file(path)
            for name, number, function, what, *_ in mutants_of(path, text):
                if lines(number):
                    print(name, "%s:%d" % (path, number), function,
                          lines(number), what)
            continue
        mutants = [m for m in mutants_of(path, text) if m[0] in chosen]
        for mutant in mutants:
            with open(os.path.join(target, mutant[0]), "w") as output:
                write_diff(output, path, text, mutant)
        with open(os.path.join(target, os.path.basename(path)), "w") as output:
            output.write(chosen_at_run_time(
                text, [(m[0], m[2], *m[4:]) for m in mutants], path == paths[0]))


main()
