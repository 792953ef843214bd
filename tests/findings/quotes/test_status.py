"""Quoted words after real kinds of edits: still there, moved, changed or gone, and never attached to other words.

The corpus is tests/data/anchors.json: texts, the edit of each case as steps, and what a careful reader says of it.
`pytest -s tests/findings/quotes/test_status.py` prints how many are classified rightly, by class.
"""

import json
from collections import Counter
from typing import Any

from findings.quotes.anchors import Standing, standing
from tests.test_architecture import ROOT

CORPUS = json.loads((ROOT / "tests" / "data" / "anchors.json").read_text(encoding="utf-8"))
CASES = CORPUS["cases"]


def edited(text: str, steps: list[list[str]]) -> str:
    for step, *words in steps:
        if step == "replace":
            assert text.count(words[0]) == 1, f"“{words[0]}” does not stand once"
            text = text.replace(*words)
        elif step == "move":
            assert text.count(words[0]) == 1
            rest, moved = text.replace(words[0], "").strip(), words[0].strip()
            text = f"{rest} {moved}" if words[1] == "end" else f"{moved} {rest}"
        else:
            text = {"set": words[0], "prepend": words[0] + text, "append": text + words[0]}[step]
    return text


def classified(case: dict[str, Any]) -> str:
    draft = CORPUS["texts"][case["text"]]
    found = standing(draft, edited(draft, case["edits"]), case["quoted"], occurrence=case.get("occurrence"))
    return str(found.standing)


def test_every_case_of_the_corpus_is_classified_rightly() -> None:
    assert len(CASES) >= 120
    wrong, right, all_of = [], Counter[str](), Counter[str](case["want"] for case in CASES)
    for case in CASES:
        said = classified(case)
        right[case["want"]] += said == case["want"]
        if said != case["want"]:
            wrong.append((case["kind"], case["quoted"][:40], f"{said}, not {case['want']}"))
    shares = ", ".join(f"{name} {right[name]} of {all_of[name]}" for name in Standing)
    print(f"{sum(right.values())} of {len(CASES)} edits classified rightly ({shares})")
    assert set(all_of) == {str(each) for each in Standing}
    assert wrong == []
