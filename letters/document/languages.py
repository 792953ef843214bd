"""The words that a letter's frame says by itself, in English and in Welsh: dates, banner, labels.

What people write (paragraphs, findings) is entered in each language; nothing here is translated at run time. The Welsh
words are to be read by a translator before a first use.
"""

from datetime import date, datetime
from typing import Any

from letters.document.wording import KIND_LABELS

#: For the language of a page and of a PDF, by the code that a letter keeps.
LABELS: dict[str, dict[str, Any]] = {
    "en": {
        "code": "en-GB",
        "title": "Letter to {force}: {subject}",
        "about": "Findings about {force}",
        "embargoed": "Embargoed until",
        "keep": "Do not publish, quote or pass on this letter before then.",
        "draft": "Draft: not signed and not for publication",
        "copied_to": "Copied to",
        "page": "Page",
        "of": "of",
        "and": "and",
        "corrected": "Transcription corrected on {}",
        "kinds": KIND_LABELS,
        "annex": "Annex: what we still differ on",
        "annex_says": "After the factual accuracy check these differences remain. Each side is given in its own words.",
        "force_says": "The force says",
        "our_reason": "Our reason",
        "whole_draft": "The findings as a whole",
        "decisions": {
            "accepted_in_part": "Accepted in part",
            "not_accepted": "Not accepted",
            "taken_as_update": "Taken as an update",
        },
    },
    "cy": {
        "code": "cy",
        "title": "Llythyr at {force}: {subject}",
        "about": "Canfyddiadau am {force}",
        "embargoed": "Dan embargo tan",
        "keep": "Peidiwch â chyhoeddi, dyfynnu na rhannu’r llythyr hwn cyn hynny.",
        "draft": "Drafft: heb ei lofnodi ac nid i’w gyhoeddi",
        "copied_to": "Copi at",
        "page": "Tudalen",
        "of": "o",
        "and": "a",
        "corrected": "Cywirwyd y trawsgrifiad hwn ar {}",
        "kinds": {
            "finding": "",
            "strength": "Cryfder",
            "afi": "Maes i’w wella",
            "cause_of_concern": "Achos pryder",
            "recommendation": "Argymhelliad",
        },
        "annex": "Atodiad: yr hyn yr ydym yn dal i anghytuno yn ei gylch",
        "annex_says": "Ar ôl y gwiriad cywirdeb ffeithiol erys y gwahaniaethau hyn. Rhoddir geiriau’r ddwy ochr.",
        "force_says": "Dywed yr heddlu",
        "our_reason": "Ein rheswm",
        "whole_draft": "Y canfyddiadau yn eu cyfanrwydd",
        "decisions": {
            "accepted_in_part": "Derbyniwyd yn rhannol",
            "not_accepted": "Ni dderbyniwyd",
            "taken_as_update": "Derbyniwyd fel diweddariad",
        },
    },
}
_DAYS = ("ddydd Llun", "ddydd Mawrth", "ddydd Mercher", "ddydd Iau", "ddydd Gwener", "ddydd Sadwrn", "ddydd Sul")
_MONTHS = (
    *("Ionawr", "Chwefror", "Mawrth", "Ebrill", "Mai", "Mehefin"),
    *("Gorffennaf", "Awst", "Medi", "Hydref", "Tachwedd", "Rhagfyr"),
)


def date_words(day: date, language: str = "en") -> str:
    """ "4 September 2014", "4 Medi 2014"."""
    return f"{day.day} {_MONTHS[day.month - 1] if language == 'cy' else f'{day:%B}'} {day.year}"


def moment_words(moment: datetime, language: str = "en") -> str:
    """ "Thursday 4 September 2014 at 00:01"; in Welsh softened, as after "tan": "ddydd Iau 4 Medi 2014 am 00:01"."""
    if language == "cy":
        return f"{_DAYS[moment.weekday()]} {date_words(moment, language)} am {moment:%H:%M}"
    return f"{moment:%A} {date_words(moment)} at {moment:%H:%M}"


def sentence(local: datetime, publisher: str, *, rescheduled: bool, language: str = "en") -> str:
    """ "will now be published by HMIC on Thursday 4 September 2014 at 00:01"."""
    if language == "cy":
        will = "a gyhoeddir bellach" if rescheduled else "a gyhoeddir"
        return f"{will} gan {publisher} {moment_words(local, language)}"
    will = "will now be" if rescheduled else "will be"
    return f"{will} published by {publisher} on {moment_words(local)}"


LANGUAGE = "cy"
