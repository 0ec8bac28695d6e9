"""What a case of the crash and torture tests tried: which points, and what went wrong at which."""

import random
import traceback

FAILURES_MAX = 3  # after so many a case goes on to nothing else


class Skipped(Exception):
    """What the case needs is not there; the reason is the text."""


class TimeUp(Exception):
    pass


class Tally:
    def __init__(self, case, options):
        self.case, self.passed, self.failures, self.skipped, self.notes = case, 0, [], "", []
        self.is_whole, self.seed = options.all, options.seed
        self.random = random.Random(f"{options.seed} {case}")

    def goes_on(self):
        return len(self.failures) < FAILURES_MAX

    def points(self, stride):
        """1, 2, 3 .. for ever; sampled: every stride-th, from a point that the seed decides."""
        step = 1 if self.is_whole else stride
        point = 1 + self.random.randrange(step)
        while self.goes_on():
            yield point
            point += step

    def run(self, name, attempt):
        """One point: passed unless the attempt raises. Returns what it returned."""
        try:
            result = attempt()
        except (TimeUp, Skipped):
            raise
        except Exception as error:  # pylint: disable=broad-except
            self.failures.append(f"{name}: {error}\n{traceback.format_exc(limit=-6)}")
            return None
        self.passed += 1
        return result

    def line(self, seconds):
        mark = "FAILED" if self.failures else "skipped" if self.skipped and not self.passed else "ok"
        return f"{mark:<8}{seconds:6.1f} s  {self.case}: " + (self.skipped or "; ".join([f"{self.passed} points", *self.notes]))
