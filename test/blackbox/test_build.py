"""The binary as the compiler and the linker made it: what hardens it is really in it."""

import re
import subprocess
import unittest

from lab import BINARY, IS_SANITIZED


def readelf(*options):
    return subprocess.run(["readelf", "-W", *options, BINARY], capture_output=True, text=True, check=True).stdout


def symbols():
    return set(re.findall(r" UND (\w+)", readelf("--dyn-syms")))


@unittest.skipIf(IS_SANITIZED, "a build with sanitizers is not hardened")
class Hardening(unittest.TestCase):
    def test_position_independent(self):
        self.assertRegex(readelf("-h"), r"Type: +DYN \(Position-Independent Executable file\)")
        self.assertRegex(readelf("-d"), r"FLAGS_1\).*\bPIE\b")

    def test_tables_are_read_only_once_it_runs(self):
        self.assertIn("GNU_RELRO", readelf("-l"))
        self.assertRegex(readelf("-d"), r"\(FLAGS\) +BIND_NOW")

    def test_nothing_is_both_written_and_run(self):
        segments = re.findall(r"^  (\w+) +0x\w+ 0x\w+ 0x\w+ 0x\w+ 0x\w+ ([R ][W ][E ])", readelf("-l"), re.M)
        self.assertIn(("GNU_STACK", "RW "), segments)
        self.assertEqual([name for name, flags in segments if "W" in flags and "E" in flags], [])
        self.assertIn("E", {flags[2] for _, flags in segments}, "the pattern reads the table")

    def test_the_compiler_guards_the_stack_and_checks_copies(self):
        self.assertIn("__stack_chk_fail", symbols())
        self.assertGreaterEqual(symbols(), {"__memcpy_chk", "__snprintf_chk"})

    def test_no_library_by_a_relative_path(self):
        self.assertNotRegex(readelf("-d"), r"RPATH|RUNPATH")
