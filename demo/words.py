"""Invented findings for the demonstration. Each says that it is demonstration text; the seed decides who gets which."""

import random
from dataclasses import dataclass

MARK = "Demonstration text."

THEMES = (
    ("Preventing crime", "PC", "how well forces are preventing crime and anti-social behaviour"),
    ("Attendance at crimes and incidents", "AC", "how forces respond to reports of crime"),
    ("Freeing up time", "FT", "how well forces are freeing up the time of their staff"),
)

# ruff: noqa: E501 (sentences)
_SAYINGS = {
    "PC": (
        "The force has a written plan for crime prevention, and {n} of the 20 officers we asked could say what it asks of them.",
        "Daily management meetings direct staff towards prevention; {n} of the 12 meetings we attended set a task and followed it up.",
        "The force does not yet evaluate its neighbourhood prevention work, so good practice is shared by word of mouth.",
        "Formal prevention training has reached {n} of the 30 staff we sampled who deal with victims every day.",
    ),
    "AC": (
        "The force decides which reports to attend on the basis of threat, risk and harm, and has not consulted the public on this.",
        "In {n} of the 40 calls we heard, the call-handler asked whether the caller was vulnerable or had been a victim before.",
        "Crime is recorded in one of two ways. For one of them the force cannot say how many of those crimes it attended.",
        "We reviewed {n} investigations of burglary. Most were thorough and supervised; two showed no supervision for a month.",
    ),
    "FT": (
        "The force has a limited picture of demand. A more detailed assessment is under way in its change programme.",
        "Mobile devices let officers use force systems on patrol; {n} of the 25 officers we asked use them on every shift.",
        "The force does not know how much staff time new technology has saved.",
        "The force works with other agencies on tasks that are not the police’s alone, and meets them every {n} weeks.",
    ),
}


@dataclass(frozen=True)
class Invented:
    """One made-up finding: the theme's prefix, its kind, words and basis."""

    prefix: str
    kind: str
    text: str
    basis: str


def findings_for(force_slug: str, seed: int) -> list[Invented]:
    """The invented findings of one force: two or three a theme, always the same for the same seed."""
    dice = random.Random(f"{seed}:{force_slug}")  # noqa: S311
    made = []
    for prefix, sayings in _SAYINGS.items():
        for saying in dice.sample(sayings, dice.choice((2, 2, 3))):
            number = dice.randint(5, 11)
            kind = "afi" if "not" in saying and dice.random() < 0.4 else "finding"
            basis = f"{number} records and interviews of the demonstration fieldwork."
            made.append(Invented(prefix, kind, f"{saying.format(n=number)} ({MARK})", basis))
    return made
