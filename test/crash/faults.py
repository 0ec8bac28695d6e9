"""Steers the libraries of test/torture that are loaded in front of the server: which calls count, which of them fails, and what the clocks say.

The layout of the page is test/torture/control.h's.
"""

import mmap
import os
import pathlib
import struct

import lab
from stage import Stage, check

READ, WRITE, SYNC, NAMES, SQL, MEMORY = 1, 2, 4, 8, 16, 32
ONCE, FOR_EVER, POWER = 1, 2, 3
IOERR, FULL, BUSY, CORRUPT = 10, 13, 5, 11
LIBRARIES = pathlib.Path(os.environ.get("CHATCRAFTER_FAULTS", lab.ROOT / "build" / "torture"))
PAGE = struct.Struct("=QQIIiIQQqqq")


class Faults:
    """The page that the server and the test share. Every field is written whole, and none is read by the server before it has been."""

    def __init__(self, folder):
        self.path = folder / "faults"
        self.path.write_bytes(bytes(mmap.PAGESIZE))
        with open(self.path, "r+b") as file:
            self.page = mmap.mmap(file.fileno(), mmap.PAGESIZE)
        self.clocks = (0, 0, 0)

    def environment(self, library="faults.so"):
        path = LIBRARIES / library
        check(path.exists(), f"there is no {path}: make crash-test")
        return {"LD_PRELOAD": str(path), "FAULTS_CONTROL": str(self.path)}

    def arm(self, targets, at, harm=ONCE, code=0, seed=0):
        self.page[:PAGE.size] = PAGE.pack(0, 0, 0, harm, code, 0, at, seed, *self.clocks)
        struct.pack_into("=I", self.page, 16, targets)  # last: now calls are counted

    def disarm(self):
        """Returns how many calls there were, and how many of them failed."""
        struct.pack_into("=I", self.page, 16, 0)
        return struct.unpack_from("=QQ", self.page, 0)

    def struck(self):
        return struct.unpack_from("=Q", self.page, 8)[0]

    def jump(self, wall_ms=0, monotonic_ms=0, boot_ms=0):
        """From now on the clocks go ahead of the machine's by this much."""
        self.clocks = (wall_ms, monotonic_ms, boot_ms)
        struct.pack_into("=qqq", self.page, 48, *self.clocks)


class ShakyStage(Stage):
    """A stage whose server has a library of faults in front of it, unarmed."""

    def __init__(self, library="faults.so", more=None, **rest):
        self.library, self.more, self.faults = library, more or {}, None
        super().__init__(**rest)

    def environment(self):
        self.faults = Faults(self.folder)
        return {**self.faults.environment(self.library), **self.more}
