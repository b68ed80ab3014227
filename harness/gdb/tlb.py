# SPDX-License-Identifier: GPL-2.0-or-later
"""A command of gdb that prints what QEMU's TLB holds of a page.

    (gdb) source harness/gdb/tlb.py
    (gdb) tlb-entry 0 1 0x4010      CPU 0, MMU index 1, address 0x4010

Of each entry, in the main TLB and in the victim TLB: for each access type the
comparator, its flags and those of the slow path, and where it leads; then the
addend, and what the other half of the entry says.  It works in tlbdiff and in
a QEMU with debug information; what a tree does not have is left out.
"""
import gdb

TYPES = ('load', 'store', 'fetch')      # MMUAccessType
PAGE_BITS = 12

# Those of comparators and of slow_flags: no bit is in both.
FLAGS = ('INVALID_MASK', 'NOTDIRTY', 'FORCE_SLOW', 'BSWAP', 'WATCHPOINT',
         'CHECK_ALIGNED', 'DISCARD_WRITE', 'MMIO', 'IOMMU')


def evaluate(text):
    """The value of @text, or None if there is no such thing."""
    try:
        value = gdb.parse_and_eval(text)
        value.fetch_lazy()
        return value
    except gdb.error:
        return None


def field(value, name):
    """A field, or None in a tree that does not have it."""
    names = [f.name for f in value.type.strip_typedefs().fields()]
    return value[name] if name in names else None


def elements(array):
    low, high = array.type.strip_typedefs().range()
    return [array[i] for i in range(low, high + 1)]


def flag_values():
    """The flags as pairs of name and bit.

    tlbdiff has a table of them (harness/qemu/describe.c); of another program
    only macros can tell, in debug information of -g3.
    """
    known = evaluate("'describe.c'::tlb_flags")
    if known is not None:
        return [(f['name'].string(), int(f['flag'])) for f in elements(known)]
    macros = [(name, evaluate('TLB_' + name)) for name in FLAGS]
    return [(name.replace('_MASK', ''), int(value))
            for name, value in macros if value is not None]


def words(flags, values):
    """@flags by name; what has none, as a number."""
    named = [name for name, bit in values if bit and flags & bit]
    rest = flags & ~sum(bit for _, bit in values)
    return ' '.join(named + ([hex(rest)] if rest else []))


def region_name(mr):
    name = mr['name']
    return name.string() if int(name) else 'a region without a name'


def find_cpu(number):
    """From QEMU's list of CPUs."""
    queue = evaluate('cpus_queue')
    if queue is None:
        raise gdb.GdbError('tlb-entry: no QEMU is running here')
    cpu = queue['tqh_first']
    while int(cpu):
        if int(cpu['cpu_index']) == number:
            return cpu
        cpu = cpu['node']['tqe_next']
    raise gdb.GdbError(f'tlb-entry: there is no CPU {number}')


def ram_blocks():
    ram_list = evaluate('ram_list')
    block = ram_list['blocks']['lh_first'] if ram_list else 0
    while int(block):
        yield block
        block = block['next']['le_next']


def memory_at(address, start):
    """Which RAM has this address, and where?  @start says where a block begins"""
    for block in ram_blocks():
        offset = address - start(block)
        if 0 <= offset < int(block['max_length']):
            return f"{region_name(block['mr'])}+{offset:#x}"
    return None


def host_memory(address):
    return memory_at(address, lambda block: int(block['host']))


def place(section, offset):
    """What a section leads to, @offset being one in its region or in all RAM"""
    if not int(section):
        return 'no section'
    mr = section['mr']
    if int(mr['ram_block']):
        offset -= int(mr['ram_block']['offset'])
    return f'{region_name(mr)}+{offset % (1 << 64):#x}'


def place_by_number(cpu, entry, full, va):
    """The same of a tree in which an entry has the number of its section, or
    if that is RAM nothing but its offset there
    """
    number = int(full['xlat_section']) % (1 << PAGE_BITS)
    offset = (int(full['xlat_section']) - number + va) % (1 << 64)
    if not number and (int(entry['addend']) + va) % (1 << 64):
        return memory_at(offset, lambda block: int(block['offset'])) or 'no RAM'
    section = evaluate(f"iotlb_to_section((CPUState *){int(cpu)}, {number}, "
                       f"((CPUTLBEntryFull *){int(full.address)})->attrs)")
    # (without a process that runs, only the number is known)
    return (f'section {number}, offset {offset:#x}' if section is None else
            place(section, offset))


def target(cpu, entry, full, kind, va):
    """Where the slow path goes for one access type."""
    xlat = field(full, 'xlat')
    if xlat is not None:
        return place(xlat[kind]['section'], int(xlat[kind]['offset']) + va)
    if field(full, 'section') is not None:
        return place(full['section'], int(full['xlat_offset']) + va)
    if field(full, 'xlat_section') is not None:
        return place_by_number(cpu, entry, full, va)
    return 'a place that this tree keeps in a way of its own'


def attributes(attrs):
    """Those that are set, as name=value."""
    fields = [f for f in attrs.type.strip_typedefs().fields() if f.name]
    return ' '.join(f'{f.name}={int(attrs[f.name])}' for f in fields
                    if not f.name.startswith('_') and int(attrs[f.name]))


def fast_index(idx, last):
    """Where in CPUTLB.f an MMU index is: QEMU 10.2 has turned them round.

    Nothing tells but another change of that release.
    """
    try:
        gdb.lookup_type('MMUIdxMap')
        return last - idx
    except gdb.error:
        return idx


class TLBEntry(gdb.Command):
    """Print the TLB entries of QEMU for a page: tlb-entry CPU IDX VA."""

    def __init__(self):
        super().__init__('tlb-entry', gdb.COMMAND_DATA)

    def invoke(self, argument, from_tty):
        args = gdb.string_to_argv(argument)
        if len(args) != 3:
            raise gdb.GdbError('usage: tlb-entry CPU IDX VA')
        cpu, idx, va = (int(gdb.parse_and_eval(arg)) for arg in args)
        try:
            self.print_page(find_cpu(cpu), idx, va & -1 << PAGE_BITS)
        except gdb.error as e:
            raise gdb.GdbError(f'tlb-entry: this QEMU is another: {e}')

    def print_page(self, cpu, idx, page):
        self.cpu = cpu
        self.flags = flag_values()
        tlb = cpu['neg']['tlb']
        low, high = tlb['f'].type.strip_typedefs().range()
        if not low <= idx <= high:
            raise gdb.GdbError(f'tlb-entry: there is no MMU index {idx}')
        fast, desc = tlb['f'][fast_index(idx, high)], tlb['d'][idx]
        entry = fast['table'].dereference()
        slots = int(fast['mask']) // entry.type.sizeof + 1
        slot = (page >> PAGE_BITS) % slots
        found = self.print_entry(f'main TLB, slot {slot} of {slots}',
                                 fast['table'][slot], desc['fulltlb'][slot],
                                 page)
        pairs = zip(elements(desc['vtable']), elements(desc['vfulltlb']))
        for i, (entry, full) in enumerate(pairs):
            found |= self.print_entry(f'victim TLB, entry {i}', entry, full,
                                      page)
        if not found:
            print(f"nothing for {page:#x} in the TLB of CPU "
                  f"{int(cpu['cpu_index'])}, MMU index {idx}")

    def print_entry(self, where, entry, full, page):
        comparators = [int(entry['addr_idx'][t]) for t in range(len(TYPES))]
        if all(c >> PAGE_BITS != page >> PAGE_BITS for c in comparators):
            return False
        print(f'{where}:')
        for kind, comparator in enumerate(comparators):
            self.print_type(kind, comparator, entry, full, page)
        addend = int(entry['addend'])
        host = (page + addend) % (1 << 64)
        memory = host_memory(host)
        print(f'  addend {addend:#x}' + (f': {memory}' if memory else
                                         ', no host memory'))
        print(f"  phys_addr {int(full['phys_addr']):#x}, page of "
              f"{1 << int(full['lg_page_size']):#x}, attrs "
              f"{attributes(full['attrs']) or 'none'}")
        return True

    def print_type(self, kind, comparator, entry, full, page):
        line = f'  {TYPES[kind]:5} addr_idx {comparator:#x}'
        if comparator >> PAGE_BITS != page >> PAGE_BITS:
            print(line + ': of no page' if comparator % (1 << 64) ==
                  (1 << 64) - 1 else line + ': of another page')
            return
        flags = words(comparator & (1 << PAGE_BITS) - 1, self.flags)
        slow = field(full, 'slow_flags')
        slow = words(int(slow[kind]), self.flags) if slow is not None else ''
        flags = ' + '.join(f for f in (flags, slow) if f) or 'no flags'
        where = target(self.cpu, entry, full, kind, page)
        print(f'{line}: {flags} -> {where}')


TLBEntry()
