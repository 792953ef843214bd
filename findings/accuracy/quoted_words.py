"""Words that a force quotes stand exactly once in their paragraph. Where they do not, say what stands there instead."""

from difflib import SequenceMatcher

from findings.models import Paragraph
from findings.quotes import anchors
from hmic_core.errors import NotAllowed
from hmic_core.text.markdown import plain_words

#: Below this likeness nothing of a paragraph is worth offering.
LIKE_ENOUGH = 0.55
#: So many words of a quotation are compared; a longer one is told apart by fewer.
MOST_WORDS = 120


class NotThere(NotAllowed):
    """The quoted words do not stand once in the paragraph; `nearest` are the likest ones that do, or empty."""

    def __init__(self, sentence: str, nearest: str = "") -> None:
        super().__init__(sentence)
        self.nearest = nearest


def check(paragraph: Paragraph | None, quoted: str) -> None:
    """Raises NotThere unless the words stand once in the paragraph. No words, or no paragraph: nothing to check."""
    if paragraph is None or not quoted.strip():
        return
    times = anchors.count(paragraph.text, quoted)
    if times == 1:
        return
    if times > 1:
        raise NotThere(
            f"These words stand {_times(times)} in {paragraph.reference}. Quote a word more before or after them, so "
            "that it is clear which you mean."
        )
    found = nearest(paragraph.text, quoted)
    if found:
        raise NotThere(
            f"These words do not stand in {paragraph.reference}. The nearest there are “{found}”. Quote those, or copy "
            "the words exactly.",
            found,
        )
    raise NotThere(f"These words do not stand in {paragraph.reference}. Copy them exactly as they are there.")


def nearest(text: str, quoted: str) -> str:
    """The run of words in a text (Markdown) that is likest to the quoted ones and stands once; empty if none is."""
    words, wanted = plain_words(text).split(), quoted.split()[:MOST_WORDS]
    if not words or not wanted:
        return ""
    best, found = LIKE_ENOUGH, ""
    target = " ".join(wanted).lower()
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(target)
    for length in sorted({max(len(wanted) + more, 1) for more in (-2, -1, 0, 1, 2)}):
        for start in range(max(len(words) - length, 0) + 1):
            run = " ".join(words[start : start + length])
            matcher.set_seq1(run.lower())
            if matcher.real_quick_ratio() <= best or matcher.quick_ratio() <= best:
                continue
            if (likeness := matcher.ratio()) > best and anchors.count(text, run) == 1:
                best, found = likeness, run
    return found


def _times(number: int) -> str:
    return "twice" if number == 2 else f"{number} times"
