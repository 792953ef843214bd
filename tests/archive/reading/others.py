"""Letters of other forces and inspections, made up for these tests: no such inspection was made, nobody is named.

They are worded, headed and addressed unlike the real one, so that the reader is not fitted to one letter. As in
`layouts`, findings keep the mark "• " and questions the mark "- ".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Letter:
    """Its paragraphs, and what a reader must find. `tail`: so many last paragraphs are one block."""

    name: str
    head: tuple[str, ...]
    opening: tuple[str, ...]
    themes: dict[str, tuple[str, ...]]
    foot: tuple[str, ...]
    truth: dict[str, Any] = field(default_factory=dict)

    @property
    def paragraphs(self) -> list[str]:
        body = [text for title, found in self.themes.items() for text in (title, *(f"• {each}" for each in found))]
        return [*self.head, *self.opening, *body, *self.foot]

    @property
    def expected(self) -> dict[str, Any]:
        return {
            **self.truth,
            "themes": [(title, list(found)) for title, found in self.themes.items()],
        }


PROTECTING = Letter(
    "protecting",
    (
        "Her Majesty's Inspectorate of Constabulary",
        "6th Floor | Globe House | 89 Eccleston Square | London SW1V 1PN",
        "Signatory Example CBE",
        "HM Inspector of Constabulary, Southern Region",
        "12 October 2015",
        "Ms Chief Example QPM",
        "Chief Constable - Kent Police",
        "Dear Chief Constable",
        "Protecting people: An inspection of how forces keep vulnerable people safe",
    ),
    (
        "From May to July 2015 we visited every force in England and Wales. We asked three questions. They were:",
        "- how well officers recognise a person at risk at the first contact;",
        "- how well forces assess and share what they know; and",
        "- how well investigations are led and supervised.",
        "Enclosed is an embargoed copy of the national report for this inspection, which will be published by HMIC on"
        " Tuesday 20 October 2015 at 09:30. Please treat its contents as confidential until then.",
        "You checked the factual accuracy of these findings and told us that no change was needed.",
        "Our findings for your force are set out below.",
    ),
    {
        "First contact": (
            "Call takers ask about risk in almost every call that we listened to. A short script on the screen helps"
            " them to do so, and supervisors dip-sample ten calls a week.",
            "Front counter staff had not been trained since 2012. Two of the five we spoke to could not say where the"
            " risk assessment form was kept.",
            "Repeat callers are flagged by the control room system within seconds.",
        ),
        "Sharing information": (
            "Partners told us that referrals arrive late: of 40 that we sampled, 17 took longer than 48 hours.",
            "A joint team with the county council opened in March 2014 and is well regarded by those who use it.",
        ),
        "Supervision of investigations": (
            "Sergeants review each live investigation every seven days; their entries are brief but useful.",
            "Plans were missing from 9 of the 60 files examined. In three of these a suspect was not arrested for"
            " more than a month.",
            "Detectives in the public protection unit carry 22 cases on average, twice the number that the force"
            " itself considers safe.",
            "Reviews by the detective inspector are thorough.",
        ),
    },
    (
        "Yours sincerely",
        "Signatory Example",
        "HM Inspector of Constabulary, Southern Region",
        "Copied to Copied Example",
        "HMIC Liaison Officer",
    ),
    {
        "force": "Kent Police",
        "inspection": "Protecting people: An inspection of how forces keep vulnerable people safe",
        "letter_date": "2015-10-12",
        "embargo_until": "2015-10-20T08:30:00Z",
        "signatory": "Signatory Example",
        "signatory_honours": "CBE",
        "region": "Southern Region",
        "addressee": "Chief Example",
        "addressee_honours": "QPM",
        "salutation": "Dear Chief Constable",
        "copied_to": ["Copied Example, HMIC Liaison Officer"],
        "fieldwork": "May to July 2015",
    },
)

CUSTODY = Letter(
    "custody",
    (
        "Her Majesty's Inspectorate of Constabulary",
        "Globe House, 89 Eccleston Square, London SW1V 1PN",
        "Signatory Example",
        "HM Inspector of Constabulary, Wales and Western Region",
        "2nd February 2016",
        "Dr Chief Example",
        "Temporary Chief Constable, Dyfed-Powys Police",
        "Dear Dr Example",
        "Welfare in custody",
    ),
    (
        "In November 2015 we inspected the custody suites of your force; further fieldwork followed by telephone. The"
        " inspection was called 'Welfare in custody'.",
        "The report will be published on 16 February 2016 at 00:01 and must not be shared before.",
        "Factual accuracy was checked by your staff, and their comments have been taken into account.",
        "Findings relating to your force:",
    ),
    {
        "Staffing and training": (
            "Two sergeants are on duty in each suite by day and one by night. Relief is arranged informally; on four"
            " nights in October nobody relieved the sergeant for eleven hours.",
            "Detention officers welcome the refresher course of 2015, which all of them attended.",
        ),
        "Care of detainees": (
            "Blankets, meals and reading matter were offered in all cases that we observed.",
            "Cells at the older station have no natural light. Plans to replace it were withdrawn in 2013.",
            "Nurses arrive within the hour, except in the north of the county.",
            "Records of observations were complete; handwriting made some of them hard to read.",
        ),
    },
    (
        "I would like to thank your officers for their help.",
        "Yours sincerely",
        "Signatory Example",
        "HM Inspector of Constabulary, Wales and Western Region",
        "Copied to Copied Example",
        "Force Liaison Officer",
    ),
    {
        "force": "Dyfed-Powys Police",
        "inspection": "Welfare in custody",
        "letter_date": "2016-02-02",
        "embargo_until": "2016-02-16T00:01:00Z",
        "signatory": "Signatory Example",
        "region": "Wales and Western Region",
        "addressee": "Chief Example",
        "addressee_post": "Temporary Chief Constable",
        "salutation": "Dear Dr Example",
        "copied_to": ["Copied Example, Force Liaison Officer"],
    },
)

ROADS = Letter(
    "roads",
    (
        "His Majesty's Inspectorate of Constabulary and Fire & Rescue Services",
        "23 Stephenson Street, Birmingham B2 4BJ",
        "Signatory Example KPM",
        "HM Inspector of Constabulary, Northern Region",
        "9 May 2023",
        "Mr Chief Example",
        "Chief Constable - Durham Constabulary",
        "Dear Mr Example",
        "Roads policing: A closer look",
    ),
    (
        "Between January and March 2023, we examined how forces police the roads. This inspection, called 'Roads"
        " policing: A closer look', asked two questions. These were:",
        "- whether forces know why people are hurt on their roads; and",
        "- whether patrols are where they are needed.",
        "Attached is the national report for this inspection, which will be published by HMICFRS on Thursday 25 May"
        " 2023 at 00:01.",
        "The findings were sent to you for factual accuracy checks and, where appropriate, have been amended.",
        "The findings specific to your force are as follows:",
    ),
    {
        "Understanding of harm": (
            "Analysts publish a yearly profile with the three councils. It names 14 stretches of road, and the reasons"
            " for each.",
            "Data on drug driving is not yet part of it.",
        ),
        "Patrols": (
            "Patrol plans follow the profile. Compliance is measured, and was 83 percent last winter.",
            "Motorcycle officers spend a third of their shifts on escorts; this leaves the A68 uncovered at weekends.",
            "Volunteers run speed watch in 31 villages.",
        ),
    },
    (
        "Yours sincerely",
        "Signatory Example",
        "HM Inspector of Constabulary, Northern Region",
        "Copied to Copied Example",
        "HMICFRS Liaison Officer",
    ),
    {
        "force": "Durham Constabulary",
        "inspection": "Roads policing: A closer look",
        "letter_date": "2023-05-09",
        "embargo_until": "2023-05-24T23:01:00Z",
        "signatory": "Signatory Example",
        "signatory_honours": "KPM",
        "region": "Northern Region",
        "addressee": "Chief Example",
        "salutation": "Dear Mr Example",
        "copied_to": ["Copied Example, HMICFRS Liaison Officer"],
        "fieldwork": "January to March 2023",
    },
)

OTHERS = (PROTECTING, CUSTODY, ROADS)
