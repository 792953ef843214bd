"""What an imported letter says of a publication of before this system: which, of whom, when."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.dateparse import parse_date, parse_datetime

from archive.importing import imported_document
from archive.models import ImportedLetter
from forces.models import Force, ForceName
from hmic_core.errors import NotAllowed
from inspections.models import FormerTitle, Inspection
from letters.document.parts import LetterDocument

_ALL_FORCES = re.compile(r"\ball (\d+) (?:police )?forces\b", re.IGNORECASE)


@dataclass(frozen=True)
class Past:
    """A letter that was published then, in its own words, with its instant in UTC."""

    letter: LetterDocument
    force: Force
    #: The inspection of this title, present or former, if there is one.
    inspection: Inspection | None
    letter_date: dt.date
    instant: dt.datetime
    result: Mapping[str, Any]
    #: The day on which the transcription was corrected, if it was.
    corrected_on: dt.date | None = None

    @property
    def title(self) -> str:
        return str(self.result["inspection"])

    @property
    def short_title(self) -> str:
        return self.title.split(":")[0].strip()[:80]

    @property
    def scope(self) -> list[Force]:
        """All forces of the register where the letter says "all 43 forces" and there are so many; else its own."""
        everywhere = list(Force.objects.filter(successor=None))
        said = _ALL_FORCES.search(" ".join(self.letter.opening))
        return everywhere if said and int(said[1]) == len(everywhere) else [self.force]


def read_past(imported: ImportedLetter) -> Past:
    """Raises NotAllowed with what the import lacks: a letter is never completed by guessing."""
    result = imported.result
    day, instant = parse_date(result["letter_date"] or ""), parse_datetime(result["embargo_until"] or "")
    wanted = {
        "the inspection": result["inspection"],
        "the force": result["force"],
        "its date": day,
        "the instant of publication": instant,
    }
    missing = [words for words, value in wanted.items() if not value]
    if missing or day is None or instant is None:
        raise NotAllowed(f"The letter does not say {' or '.join(missing)}, so it cannot be registered.")
    force, inspection = find_force(result["force"]), find_inspection(result["inspection"])
    return Past(imported_document(imported), force, inspection, day, instant.astimezone(dt.UTC), result)


def find_force(name: str) -> Force:
    """The force that has or had this name or alias."""
    named = ForceName.objects.filter(name__iexact=name).values("force")
    force = Force.objects.filter(name__iexact=name).first() or Force.objects.filter(pk__in=named).first()
    if force is None:
        raise NotAllowed(f"No force of the register is called {name}. Add the name to the register first.")
    return force


def find_inspection(title: str) -> Inspection | None:
    former = FormerTitle.objects.filter(title__iexact=title).values("inspection")
    return Inspection.objects.filter(title__iexact=title).first() or Inspection.objects.filter(pk__in=former).first()
