"""The public version of a letter that holds passages which must not be published."""

from collections.abc import Iterable
from dataclasses import replace

from letters.document.parts import FindingText, LetterDocument, LetterIncomplete

#: What stands in the public version where a passage was, by the letter's language.
WITHHELD = {"en": "[Passage withheld from publication]", "cy": "[Darn wedi ei ddal yn ôl rhag ei gyhoeddi]"}


def passage_stands(document: LetterDocument, reference: str, words: str) -> bool:
    """Whether exactly these words stand in the finding of that reference."""
    return any(finding.reference == reference and words in finding.markdown for finding in document.findings)


def public_version(document: LetterDocument, passages: Iterable[tuple[str, str]]) -> LetterDocument:
    """The letter without these passages (reference, exact words), each marked where it stood: another document, with a
    hash of its own. Without any, the letter itself.

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
    return replace(document, themes=themes) if wanted else document
