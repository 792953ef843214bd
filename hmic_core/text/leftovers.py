"""Notes that a writer left for later: "TBC", "XX per cent", "[name]", "TO CHECK WITH the force", "(source?)"."""

import re
from functools import lru_cache

from hmic_core.text.folding import comparable

_LINK = re.compile(r"\[([^\]\n]*)\]\(https://[^)\s]*\)")
#: What a figure that is missing stands before.
_COUNTED = (
    r"(?:\s*%|\s+(?:per\s?cent|percent|out\s+of|of\s+(?:the\s+)?\d+|officers|staff|victims|crimes|cases|incidents|calls"
    r"|people|forces|records|reports|investigations|days|weeks|months|years)\b)"
)
_THING = (
    r"(?:figures?|numbers?|names?|dates?|percentages?|quotes?|quotations?|references?|refs?|links?|text|words|wording"
    r"|data|details?|examples?|evidence|paragraphs?|sentences?|sources?|tables?|charts?|titles?|ranks?|here)"
)
_ARTICLE = r"(?:(?:the|a|an|some|more|correct|exact|right|final|latest)\s+)*"
#: In any capitals. Each finds what is to be shown of it.
_ANY = (
    r"\b(?:tbc|tbd|tba|tbs|todo|fixme|wip|lorem\s+ipsum|placeholder)\b",
    r"(?<!\w)\W?x{2,}\w?(?!\w)",  # XX, xx per cent, £xxk
    r"\b\d+x{2,}\b",  # 20XX
    rf"(?<!\w)(?:x|n|nn|nnn|y|yy|z|zz){_COUNTED}",
    r"\bdd/mm(?:/yy(?:yy)?)?\b",
    r"\bto\s+be\s+(?:confirmed|inserted|advised|determined|decided\s+later|filled\s+in|supplied\s+later)\b",
    rf"\b(?:insert|inserting)\s+{_ARTICLE}{_THING}\b",
    r"\b(?:figures?|numbers?|names?|details?|data|evidence|text|wording)\s+to\s+(?:follow|come)\b",
    r"\bplease\s+(?:check|confirm|verify|insert|supply|clarify|advise|amend|reword|rewrite)\b",
    r"\b(?:needs?\s+(?:checking|rewording|rewriting|confirming)|citation\s+needed|reference\s+needed)\b",
    r"\bnotes?\s+(?:to|for)\s+(?:self|author|editor|moderator|lead|reviewer|drafter)\b",
    r"\b(?:drafting|editor's|author's)\s+notes?\b",
    r"(?:^|(?<=[.!?;(\n]))[\s\"'*-]*(?:to\s+)?(?:check|confirm|verify|clarify|discuss|agree)\s+"
    r"(?:this\s+|these\s+|it\s+|that\s+)?with\b",
    rf"(?:^|(?<=[.!?:;(\n]))[\s\"'*-]*(?:check|confirm|verify|add|update|double-check)\s+"
    rf"(?:this\b|these\b|{_ARTICLE}{_THING}\b)",
    r"(?:^|(?<=[.!?\n]))[\s\"'*-]*(?:query|comment|todo|to\s+do|nb|n\.b\.)\s*:",
    r"\([^()\n]*\?\s*\)",  # (source?)
    r"<\s*[a-z][^<>\n]{0,80}>|<{2,}|>{2,}|<!--",
    r"\{[^{}\n]*\}|\{\{|\}\}",
    r"\[[^\]\n]*\]?",
    r"\?\s*(?:\?|%|per\s?cent\b)[?\s]*",
    r"_{2,}|#{2,}|={2,}|~{2,}|@{2,}|\.{4,}|…{2,}|£\s*[?_]",
)
#: In capitals only: in small letters they are words of a finding ("officers have to check with supervisors").
_CAPITALS = (
    r"\bTO\s+(?:BE\s+)?(?:CHECK(?:ED)?|CONFIRM(?:ED)?|DO|ADD(?:ED)?|UPDATE[D]?|VERIFY|VERIFIED|FOLLOW|COME|COMPLETE[D]?"
    r"|INSERT(?:ED)?|AGREE[D]?|CLARIFY|CLARIFIED)\b(?:\s+WITH\b)?",
    r"\b(?:CHECK|CONFIRM|VERIFY|QUERY|INSERT|DRAFT\s+ONLY|PENDING|AWAITING|MISSING|NOTE\s+TO)\b",
    r"\b(?:NN|NNN|YY|ZZ|NAME|FORCE|NUMBER|FIGURE|DATE|TITLE)\b(?=\s|[.,;:)]|$)",
)
_NOTES = re.compile("|".join(_ANY), re.IGNORECASE | re.MULTILINE)
_SHOUTED = re.compile("|".join(_CAPITALS))


@lru_cache(maxsize=4096)
def leftovers(text: str) -> tuple[str, ...]:
    """What in a text (Markdown) looks as if somebody meant to come back to it, each once, in the order of the text."""
    plain = _LINK.sub(r"\1", comparable(text))
    found = [(match.start(), match.group()) for one in (_NOTES, _SHOUTED) for match in one.finditer(plain)]
    shown = (" ".join(words.strip(" \n\t-*\"'").split())[:120] for _, words in sorted(found))
    return tuple(dict.fromkeys(words for words in shown if words))
