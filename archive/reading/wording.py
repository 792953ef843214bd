"""What the wording of a sentence says where the layout says nothing.

Only ever a hint: what rests on it alone is asked.
"""

from __future__ import annotations

import re

from archive.reading.words import word_set

VERBS = word_set(
    "is are was were am has have had does did can could should would will may might must found recognises "
    "understands examined reviewed identified"
)
NEVER_LAST = word_set("a an the of in on at to for and or by with from as that which their its our your this these")
NEVER_FIRST = word_set(
    "the this that these those it there in on at by during although while however for from with we since "
    "when some all most no its their they instead as if he she i such"
)
#: A heading may be a question, verb and all.
ASKING = word_set("how what why where when which who does do is are has have can")
SENTENCE_WORDS = word_set(
    "The There This It HMIC In During We Officers Staff A An All Some Most However While Although These "
    "They Our I Overall Since When At On For Crime Victims Police Each Many"
)

_CLOSING = re.compile(
    r"^(?:Please|Thank you|Should you|If you|May I|My (?:team|staff|colleagues)|Once again|Finally, I"
    r"|I (?:am|would|hope|look|trust|will|shall|wish|should)|We (?:look forward|would like to thank))\b"
)

_CONTINUES = re.compile(
    r"^(?:However|In addition|Instead|Although|While|Whilst|This|These|Those|They|Such|Also|But|And"
    r"|Furthermore|Moreover|Additionally|Nevertheless|Therefore|Consequently|Similarly|Its|Their"
    r"|As a (?:result|consequence)|For (?:example|instance)|In (?:particular|some|these|this|other|such)"
    r"|It (?:is|has|also|needs|should|will|recognises|plans)|The force (?:would|should|recognises|will|also)"
    r"|HMIC (?:understands|notes|recognises|also|was told))\b"
)
_BEGINS = re.compile(
    r"^(?:The force (?:has|is|was|does|had|needs|can|could|uses|provides)|It was (?:found|clear|evident)"
    r"|HMIC (?:found|examined|reviewed|looked|saw|identified|considered)|The inspection (?:found|identified)"
    r"|During (?:the|our|its) (?:inspection|fieldwork)|There (?:is|are|was|were)"
    r"|We (?:found|saw|examined|reviewed|identified|looked))\b"
)
_LOOKS_BACK = re.compile(r"\b(?:this|these|those|such|also|however)\b")


def bare_question(words: str) -> str:
    """A question without what only its place in the list gave it: "…; and", "…."."""
    return re.sub(r"(?:[;,.]\s*(?:and|or)?|\s+(?:and|or))\s*$", "", words).rstrip(" ;,.")


def closes(ahead: str) -> bool:
    """Whether these words begin the letter's closing paragraphs."""
    return _CLOSING.match(ahead) is not None


def cue(ahead: str) -> int:
    """Above 0: a finding begins with these words; below 0: one goes on. 2 or -2: a strong cue."""
    if closes(ahead):
        return 2
    if _CONTINUES.match(ahead):
        return -2
    if _LOOKS_BACK.search(" ".join(ahead.split()[:7]).casefold()):
        return -1
    if _BEGINS.match(ahead):
        return 2
    return 1 if re.match(r"^[A-Z][a-z]+ (?:is|are|has|have)\b", ahead) else 0
