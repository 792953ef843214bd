"""The Northamptonshire letter of 3 September 2014, put together by hand from its text."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from findings.accuracy.letter_sentence import Accuracy
from letters.document.building import build
from letters.document.parts import LetterDocument, PlaceholderValues
from letters.document.wording import publication_words

SOURCE = Path(__file__).resolve().parents[2] / "archive" / "data" / "northamptonshire-2014.txt"
TITLE = "Core business: An inspection of crime prevention, police attendance and use of police time"

VALUES = PlaceholderValues(
    embargo_until=datetime(2014, 9, 3, 23, 1, tzinfo=UTC), letter_date=date(2014, 9, 3), rescheduled=True
)


def source_paragraphs() -> list[str]:
    """The source's paragraphs with their wrapped lines joined; bullets keep their "- "."""
    found: list[str] = []
    fresh = True
    for line in SOURCE.read_text(encoding="utf-8").splitlines():
        if not line.strip():
            fresh = True
        elif fresh or line.startswith("- "):
            found.append(line.strip())
            fresh = False
        else:
            found[-1] += " " + line.strip()
    return found


def theme(title: str, question: str, prefix: str, following: str) -> dict[str, Any]:
    lines = source_paragraphs()
    texts: list[str] = []
    for line in lines[lines.index(title) + 1 : lines.index(following)]:
        if line.startswith("- "):
            texts.append(line[2:])
        else:
            texts[-1] += "\n\n" + line
    return {"title": title, "question": question, "prefix": prefix, "findings": texts}


def data() -> dict[str, Any]:
    lines = source_paragraphs()
    between = lines.index("Findings that specifically relate to your force are;")
    return {
        "inspectorate": {
            "name": "Her Majesty's Inspectorate of Constabulary",
            "short_name": "HMIC",
            "address": "6th Floor | Globe House | 89 Eccleston Square | London SW1V 1PN",
        },
        "signatory": {
            "name": "Zoë Billingham",
            "honours": "BA Hons (Oxon)",
            "post": "HM Inspector of Constabulary",
            "region": "Eastern Region",
        },
        "addressee": {
            "title": "Mr",
            "name": "Adrian Lee",
            "honours": "QPM",
            "post": "Chief Constable",
            "force": "Northamptonshire Police",
            "salutation": "Dear Adrian",
        },
        "subject": TITLE,
        "former_titles": ["Making best use of police time"],
        "opening": (
            "Between January and April 2014, HMIC carried out inspection fieldwork across all 43 forces in England "
            f"and Wales. This inspection, called 'Making best use of police time' (now known as '{TITLE}') assessed "
            "three areas of police work. These were:"
        ),
        "publication": publication_words("national thematic report"),
        "accuracy": Accuracy.AMENDED,
        "context": lines[between - 3 : between],
        "themes": [
            theme(
                "Preventing Crime",
                "how well forces are preventing crime and anti-social behaviour",
                "PC",
                "Attendance at crimes and incidents",
            ),
            theme(
                "Attendance at crimes and incidents",
                "how forces respond to reports of crime, "
                "including investigating crime and bringing offenders to justice",
                "AT",
                "Freeing up time",
            ),
            theme(
                "Freeing up time",
                "how well forces are freeing up the time of their staff so they can focus on core policing functions",
                "FT",
                "Yours sincerely",
            ),
        ],
        "copied_to": [{"name": "Jan McMillan", "role": "HMIC Liaison Officer"}],
        "enclosures": ["national thematic report"],
    }


def document() -> LetterDocument:
    return build(data())


def long_document(findings: int, *, paragraphs: int = 2) -> LetterDocument:
    """The same letter with so many findings, each of so many paragraphs, the first with bullets three deep."""
    whole = json.loads(json.dumps({**data(), "accuracy": Accuracy.AMENDED}))
    stock = [text for part in whole["themes"] for text in part["findings"]]
    texts = [
        "\n\n".join(stock[(number + step) % len(stock)] for step in range(paragraphs)) for number in range(findings)
    ]
    texts[0] += "\n\n- first **bold**\n- second\n  - deeper *italic*\n    - deepest\n- third\n\n  still third"
    for position, part in enumerate(whole["themes"]):
        part["findings"] = texts[position::3]
    return build(whole)
