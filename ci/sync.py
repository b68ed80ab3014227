#!/usr/bin/python3
"""Let fuzzers share what they have found: copy whole files between one shared
directory and the directories of any number of instances.

usage: sync.py SHARED DIR...

DIR: the corpus of a libFuzzer (run it with -reload=1), which gives and gets; or
the directory in which afl-fuzz instances keep their queues (-o), which give only
(they get with -F SHARED).  SHARED may be on a network file system.

In SHARED, and in what is given to libFuzzer, a file is named by the SHA-1 of its
content and appears by a rename, so that nobody ever reads half of one.  Half a
file of libFuzzer's, whose name says so, is left alone, with a line of warning.
"""
import glob
import hashlib
import os
import re
import sys



def give(data, name, directory):
    path = os.path.join(directory, name)
    if os.path.exists(path):
        return
    new = os.path.join(directory, ".new-%d-%s" % (os.getpid(), name))
    with open(new, "wb") as file:
        file.write(data)
    os.replace(new, path)


def queues(directory):
    """What afl-fuzz instances keep there; nothing in libFuzzer's directories."""
    return glob.glob(os.path.join(glob.escape(directory), "*", "queue", "id:*"))


def found_in(directory):
    """The files that the fuzzers of this directory have found themselves."""
    queued = queues(directory)
    if queued:
        for path in queued:
            if ",sync:" not in path and ",orig:" not in path:
                yield path
    else:
        for entry in os.scandir(directory):
            if entry.is_file() and not entry.name.startswith("."):
                yield entry.path


def main(shared, directories):
    for directory in directories:
        if not os.path.isdir(directory):
            sys.stderr.write("sync: %s: no such directory\n" % directory)
            sys.exit(2)
    os.makedirs(shared, exist_ok=True)
    known = set(os.listdir(shared))
    for directory in directories:
        for path in found_in(directory):
            name = os.path.basename(path)
            if name in known:
                continue
            with open(path, "rb") as file:
                data = file.read()
            sha1 = hashlib.sha1(data).hexdigest()
            if re.fullmatch("[0-9a-f]{40}", name) and name != sha1:
                print("sync: %s: not whole (its writer was stopped, or is at "
                      "it): left alone" % path, file=sys.stderr)
            else:
                give(data, sha1, shared)
                known.add(sha1)
    for directory in directories:
        if queues(directory) or os.path.realpath(directory) == os.path.realpath(shared):
            continue
        for name in known - set(os.listdir(directory)):
            if not name.startswith("."):
                with open(os.path.join(shared, name), "rb") as file:
                    give(file.read(), name, directory)


if len(sys.argv) < 3:
    sys.stderr.write("sync: usage: sync.py SHARED DIR...\n")
    sys.exit(2)
try:
    main(sys.argv[1], sys.argv[2:])
except OSError as error:
    sys.stderr.write("sync: %s: %s\n" % (error.filename, error.strerror))
    sys.exit(2)
