#!/usr/bin/env python3
"""Runs the tests against an independent model provider: the real binary calls @copilotkit/aimock, which others wrote, in all four protocols. Options and
output are those of ../blackbox/run.py."""

import pathlib
import sys

FOLDER = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(FOLDER.parent / "blackbox"), str(FOLDER)]

import run as blackbox  # noqa: E402  (this file is __main__)

if __name__ == "__main__":
    blackbox.main(["test_aimock.py"])
