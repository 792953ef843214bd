"""How much of what is typed can be saved: said beside the field before it is too much."""

from django.urls import reverse

from findings.character_count import FEW, room
from hmic_core.text.markdown import MAX_BYTES, check
from tests.cast import Cast
from tests.conftest import signed_in
from tests.findings.test_workflow import drafted


def test_it_says_how_much_is_left_and_what_to_do_beyond() -> None:
    assert str(room("")).startswith("Up to about 20,000 characters")
    nearly, beyond = "a " * ((MAX_BYTES - FEW) // 2 + 1), "a " * (MAX_BYTES // 2 + 150)
    assert str(room(nearly)) == "About 1,998 characters left of 20,000."
    assert str(room(beyond)).startswith("Too long to save by about 300 characters.")
    assert (check(nearly), len(check(beyond))) == ([], 1), "as it is checked"


def test_unsaved_words_that_are_too_long_are_named_beside_their_field(cast: Cast) -> None:
    """Without the script too: what was kept for later comes back, and says that it can't be saved yet."""
    finding, client = drafted(cast), signed_in(cast.inspector)
    typed = {"text": "a " * 12_000, "basis": "", "kind": "finding", "version": finding.version, "seen": 0}
    typed["copy"] = "6a4e5e0c-6c1e-4a5e-9a43-1f3d0a7f2c11"
    client.post(reverse("findings:finding-aside", args=[finding.pk]) + "?to=editor", typed)
    page = client.get(reverse("findings:finding-show", args=[finding.pk])).text
    assert "Too long to save by about 4,000 characters." in page
    assert 'aria-describedby="id_text-room"' in page
