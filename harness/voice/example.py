#!/usr/bin/python3
"""A voice, as an example: the Arm TrustZone MPC, for tlbdiff --voice.

usage: example.py [--fault=decision|record|interrupt]

With a fault, it is wrong about: block 6, for non-secure accesses; the address
that a denied access leaves in INT_INFO1; the interrupt while INT_EN is clear.
The protocol is that of voice.md, which is beside this file.
"""
import argparse
import os
import sys

CTRL, BLK_MAX, BLK_CFG, BLK_IDX, BLK_LUT = 0x00, 0x10, 0x14, 0x18, 0x1c
INT_STAT, INT_CLEAR, INT_EN = 0x20, 0x24, 0x28
INT_INFO1, INT_INFO2, INT_SET, ID = 0x2c, 0x30, 0x34, 0xfd0
IDS = bytes.fromhex("04000000 60b81b00 0df005b1")

SEC_RESP, AUTOINC, LOCKDOWN = 1 << 4, 1 << 8, 1 << 31
NON_SECURE, BLOCK_IS_NON_SECURE = 1 << 16, 1 << 17

# of a narrow write, the other bytes stay in these and are 0 in others
KEPT = (CTRL, BLK_IDX, BLK_LUT)
LOCKED = (CTRL, BLK_LUT, INT_EN)


class Mpc:
    """One instance: a method for each question"""

    def __init__(self, fault):
        self.fault = fault

    def reset(self, words, block, base):
        """As after power-on; @base: what is asked about begins there"""
        self.lut = [0] * words
        self.block_bits = block.bit_length() - 1
        self.base = base
        self.regs = {CTRL: AUTOINC, BLK_MAX: words - 1,
                     BLK_CFG: self.block_bits - 5, BLK_IDX: 0, INT_STAT: 0,
                     INT_EN: 1, INT_INFO1: 0, INT_INFO2: 0}

    def block_is_non_secure(self, addr):
        """What the LUT says of the block of @addr"""
        block = (self.base + addr) >> self.block_bits
        return self.lut[block // 32] >> block % 32 & 1

    def allowed(self, index, addr):
        """Index 0 is secure, 1 is not"""
        if self.fault == "decision" and index and addr >> 12 == 6:
            return False
        return self.block_is_non_secure(addr) == index

    def get(self, reg):
        """All of a register"""
        if reg >= ID:
            return IDS[(reg - ID) // 4]
        if reg == BLK_LUT:
            return self.lut[self.regs[BLK_IDX]]
        return self.regs.get(reg, 0)

    def put(self, reg, value):
        """All of a register"""
        if reg == CTRL:
            self.regs[CTRL] = value & (SEC_RESP | AUTOINC | LOCKDOWN)
        elif reg == BLK_IDX:
            self.regs[BLK_IDX] = value % len(self.lut)
        elif reg == BLK_LUT:
            self.lut[self.regs[BLK_IDX]] = value
        elif reg == INT_CLEAR:
            self.regs[INT_STAT] &= ~value & 1
        elif reg == INT_EN:
            self.regs[INT_EN] = value & 1
        elif reg == INT_SET:
            self.regs[INT_STAT] |= value & 1

    def access(self, offset, size, attrs, value=None):
        """A register access, a write with @value; returns what is read"""
        reg, shift = offset & ~3, 8 * (offset & 3)
        mask = (1 << 8 * size) - 1
        if "secure" not in attrs and reg < ID:
            return 0
        if value is None:
            result = self.get(reg) >> shift & mask
        elif self.regs[CTRL] & LOCKDOWN and reg in LOCKED:
            return 0
        else:
            rest = self.get(reg) & ~(mask << shift) if reg in KEPT else 0
            self.put(reg, rest | (value & mask) << shift)
            result = 0
        if reg == BLK_LUT and size == 4 and self.regs[CTRL] & AUTOINC:
            self.regs[BLK_IDX] = (self.regs[BLK_IDX] + 1) % len(self.lut)
        return result

    def denied(self, addr, attrs):
        """A denied access arrives; returns whether it ends as an error"""
        if not self.regs[INT_STAT]:
            world = next(int(a[4:]) for a in attrs if a.startswith("wid:"))
            self.regs[INT_STAT] = 1
            self.regs[INT_INFO1] = self.base + addr
            self.regs[INT_INFO2] = (
                world | (0 if "secure" in attrs else NON_SECURE) |
                (BLOCK_IS_NON_SECURE if self.block_is_non_secure(addr) else 0))
            if self.fault == "record":
                self.regs[INT_INFO1] &= ~3
        return bool(self.regs[CTRL] & SEC_RESP)

    def irq(self):
        """The level of the interrupt"""
        enabled = self.regs[INT_EN] or self.fault == "interrupt"
        return int(self.regs[INT_STAT] and enabled)


def number(word):
    """0x1f or 31"""
    return int(word, 0)


def answer(mpc, words):
    """What to say to a question"""
    kind = words[0]
    if kind == "check":
        index = int(words[2])
        return "".join("+" if mpc.allowed(index, int(addr, 16)) else "-"
                       for addr in words[3:])
    if kind == "read":
        return hex(mpc.access(number(words[1]), number(words[2]),
                              words[3].split(",")))
    if kind == "write":
        mpc.access(number(words[1]), number(words[2]), words[3].split(","),
                   number(words[4]))
        return "ok"
    if kind == "irq":
        return str(mpc.irq())
    if kind == "denied":
        write, index, addr = words[1] == "write", int(words[2]), int(words[3],
                                                                     16)
        if mpc.allowed(index, addr):
            return "passes"
        if mpc.denied(addr, words[5].split(",")):
            return "error"
        return "ok" if write else "ok 0"
    if kind == "reset":
        settings = dict(word.split("=") for word in words[1:])
        mpc.reset(**{name: number(value)
                     for name, value in settings.items()})
        return "ok"
    if kind == "hello":
        return "hello 1 tzmpc DDI0571 the example in Python"
    return "unsupported"


def main():
    """Answers until nothing more comes"""
    parser = argparse.ArgumentParser()
    parser.add_argument("--fault", choices=["decision", "record",
                                            "interrupt"])
    mpc = Mpc(parser.parse_args().fault)
    rest = b""
    # all that has come is answered before the answers are sent
    while data := os.read(sys.stdin.fileno(), 65536):
        *lines, rest = (rest + data).split(b"\n")
        for line in lines:
            print(answer(mpc, line.decode().split()))
        sys.stdout.flush()


if __name__ == "__main__":
    main()
