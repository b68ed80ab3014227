#!/usr/bin/python3
"""The patches of a series as it comes by mail, in order, each a mail of its own.

usage: mbox.py FILE DIR

FILE is what `b4 am`, Patchew or a mailing list's archive gives: an mbox, or one mail.
Cover letters and replies are left out; of several versions of the series the last
one is taken. Writes DIR/0001, ..., and prints in a few words how many there are.
"""
import email
import email.header
import mailbox
import os
import re
import sys

TAG = re.compile(r"^\[([^\]]*)\]\s*")
PATCH = re.compile(rb"^(diff --git a/|--- \S+.*\n\+\+\+ )", re.M)


def fail(*words):
    print("mbox:", *words, file=sys.stderr)
    sys.exit(2)


def mails(path):
    """(message, its bytes) of each mail in the file"""
    with open(path, "rb") as file:
        data = file.read()
    box = mailbox.mbox(path, create=False)
    if len(box):
        for key in box.keys():
            yield box[key], box.get_bytes(key)
        return
    message = email.message_from_bytes(data)
    if message["Subject"]:
        yield message, data


def subject_of(message):
    """As people read it, on one line"""
    text = str(email.header.make_header(
        email.header.decode_header(message["Subject"] or "")))
    return " ".join(text.split())


def has_patch(message):
    parts = message.walk() if message.is_multipart() else [message]
    return any(PATCH.search((part.get_payload(decode=True) or b"")
                            .replace(b"\r\n", b"\n")) for part in parts)


class Mail:
    """One of them, and what its subject says"""
    def __init__(self, message, data):
        self.subject = subject_of(message)
        self.data = data
        self.has_patch = has_patch(message)
        tag = TAG.match(self.subject)
        words = tag.group(1) if tag else ""
        number = re.search(r"(\d+)/(\d+)", words)
        version = re.search(r"\bv(\d+)\b", words, re.I)
        self.number, self.of = map(int, number.groups()) if number else (1, 1)
        self.version = int(version.group(1)) if version else 1


def patches_of(path):
    found = [Mail(*mail) for mail in mails(path)]
    if not found:
        fail("%s: no mail in it: give an mbox, such as `b4 am` writes" % path)
    patches = [mail for mail in found
               if mail.has_patch and not mail.subject.lower().startswith("re:")]
    if not patches:
        fail("%s: no patch in its %d mails" % (path, len(found)))
    last = max(mail.version for mail in patches)
    taken = {mail.number: mail for mail in patches if mail.version == last}
    total = max(mail.of for mail in taken.values())
    missing = [n for n in range(1, total + 1) if n not in taken]
    if missing:
        fail("%s: patch %d of %d is not in it" % (path, missing[0], total))
    words = "%d patch%s" % (total, "" if total == 1 else "es")
    if last > 1:
        words += " of version %d" % last
    if len(found) > total:
        words += ", in %d mails" % len(found)
    return [taken[n].data for n in range(1, total + 1)], words


def main():
    if len(sys.argv) != 3:
        fail("usage: mbox.py FILE DIR")
    path, out = sys.argv[1:]
    try:
        patches, words = patches_of(path)
        for number, data in enumerate(patches, 1):
            with open(os.path.join(out, "%04d" % number), "wb") as file:
                # (git am asks for this line)
                file.write(b"From mbox Thu Jan  1 00:00:00 1970\n" + data)
        print(words)
    except OSError as error:
        fail("%s: %s" % (error.filename, error.strerror))


if __name__ == "__main__":
    main()
