#!/usr/bin/env python3
"""Runs the tests of the way to Zendesk: the real binary, the practice Zendesk, and what stands between them. Options and output are those
of ../blackbox/run.py; desk.py and between.py hold what the tests share."""

import pathlib
import sys

FOLDER = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(FOLDER.parent / "blackbox"), str(FOLDER)]

import run as blackbox  # noqa: E402  (this file is __main__)

# The slowest first, so that the workers end together.
FILES = ("test_faults.py", "test_contract.py", "test_messages.py", "test_http2.py", "test_hostile.py", "test_uploads.py", "test_traps.py")

if __name__ == "__main__":
    blackbox.main([name for name in FILES if (FOLDER / name).exists()])
