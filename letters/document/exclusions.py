"""The public version of a letter that holds passages which must not be published."""

from collections.abc import Iterable
from dataclasses import replace

from hmic_core.text.markdown import plain_words
from letters.document.parts import DifferenceText, FindingText, LetterDocument, LetterIncomplete

#: What stands in the public version where a passage was, by the letter's language.
WITHHELD = {"en": "[Passage withheld from publication]", "cy": "[Darn wedi ei ddal yn ôl rhag ei gyhoeddi]"}


def passage_stands(document: LetterDocument, reference: str, words: str) -> bool:
    """Whether exactly these words stand in the finding of that reference."""
    return any(finding.reference == reference and words in finding.markdown for finding in document.findings)


def public_version(document: LetterDocument, passages: Iterable[tuple[str, str]]) -> LetterDocument:
    """The letter without these passages (reference, exact words), each marked where it stood: another document, with a
    hash of its own. Without any, the letter itself.

    A difference in the annex that is about such a finding, or says such words, is withheld whole: it discusses them.

    Raises LetterIncomplete for a passage that no longer stands there: it must never be published because somebody
    changed a comma.
    """
    wanted = sorted(passages, key=lambda passage: -len(passage[1]))
    mark = WITHHELD[document.language]
    lost = [reference for reference, words in wanted if not passage_stands(document, reference, words)]
    if lost:
        raise LetterIncomplete([f"the passage of {reference} that is kept from publication" for reference in lost])

    def without(finding: FindingText) -> FindingText:
        markdown = finding.markdown
        for reference, words in wanted:
            if reference == finding.reference:
                markdown = markdown.replace(words, mark)
        return replace(finding, markdown=markdown)

    themes = tuple(replace(theme, findings=tuple(map(without, theme.findings))) for theme in document.themes)
    differences = tuple(_withheld(each, wanted, mark) for each in document.differences)
    return replace(document, themes=themes, differences=differences) if wanted else document


def _withheld(difference: DifferenceText, passages: Iterable[tuple[str, str]], mark: str) -> DifferenceText:
    said = " ".join((*difference.reason, *difference.force_says))
    touched = any(
        reference == difference.reference or " ".join(plain_words(words).split()) in said
        for reference, words in passages
    )
    return replace(difference, reason=(mark,), force_says=(mark,)) if touched else difference
