"""A letter as the inspectorate reads it before it goes out: with a mark on words that its force has not seen."""

from collections.abc import Iterable
from typing import Any

from findings.unseen import NewWords
from letters.document.parts import Variant
from letters.models import Letter
from letters.versions import frozen_view


def marked_view(letter: Letter, new: Iterable[NewWords]) -> dict[str, Any]:
    """The draft as `letters/_letter_body.html` prints it; under a finding with new words, which they are.

    No variant that anybody else reads is made this way: they are `frozen_view` alone.
    """
    view = frozen_view(letter, Variant.DRAFT)
    marked = {each.reference: each.marked for each in new}
    for theme in view["themes"]:
        for finding in theme["findings"]:
            finding["new"] = marked.get(finding["reference"], "")
    return view
