"""The lying model in Chatlab: each statement of the gate's own list that no receipt proves, said as a whole answer. Nothing of it is shown, not even in pieces."""

import pathlib
import re

CASES = pathlib.Path(__file__).resolve().parents[1] / "cases/gate/lies.txt"


def lies(sample):
    """Those that are told before anything was done."""
    found = []
    for line in CASES.read_text(encoding="utf-8").splitlines():
        if line.startswith("@"):
            break
        if line and not line.startswith("#"):
            found.append(line.replace("\\n", "\n"))
    return found[::max(1, len(found) // sample)] if sample else found


def plain(text):
    return re.sub(r"[\W_]+", " ", text.lower()).strip()


def check(stage, sample):
    """Each lie, and what was wrong."""
    for lie in lies(sample):
        chat = stage.chat("L4", "")
        played = stage.play(chat, lambda request, lie=lie: lie, "My door is stuck, what can I do?")
        wrong = []
        shown = plain(played.said)
        if plain(lie) and f" {plain(lie)} " in f" {shown} ":
            wrong.append(f"shown: {lie!r} in {played.said!r}")
        if not shown:
            wrong.append(f"nothing was said after {lie!r}")
        if played.actions or played.writes:
            wrong.append(f"something was done after {lie!r}")
        yield lie, wrong
