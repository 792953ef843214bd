"""Words that came in after the force looked are marked wherever the inspectorate reads the finding or its letter."""

import pytest
from django.urls import reverse

from findings import workflow
from findings.accuracy.force import answers
from findings.accuracy.inspectorate import closing
from findings.models import Finding, Point, Round
from findings.unseen import nearest_known
from letters.document.parts import Variant
from letters.versions import frozen_view
from tests.cast import Cast
from tests.conftest import signed_in
from tests.findings.accuracy.steps import accept, again, issued, moderated, point
from tests.letters.ground import assembled

DRAFT = "Officers know the strategy. It is tested."
OWN = "Most officers know the strategy. It is tested."


def amended(cast: Cast) -> Round:
    """The inspectorate accepts a point in part, in words of its own; a second reader has read them."""
    round = issued(cast, DRAFT, "Patrols are planned.")
    raised = point(cast, round, quoted="Officers know", proposed="All officers know", kind=Point.Kind.DISPUTED)
    answers.submit_response(round, authorised_by="Chief", by=cast.liaison_officer)
    accept(cast, raised, outcome="accepted_in_part", amended_text=OWN)
    finding = Finding.objects.get(number=1)
    workflow.moderate(finding, version=finding.version, by=cast.moderator)
    return again(round)


def pages(cast: Cast) -> dict[str, str]:
    """The finding's editor and its theme across forces, as a second reader sees them."""
    client = signed_in(cast.moderator)
    finding = Finding.objects.get(number=1)
    addresses = {
        "editor": reverse("findings:finding-show", args=[finding.pk]),
        "theme": reverse("findings:theme-compare", args=[cast.inspection.slug, "pc"]),
    }
    return {name: client.get(address).content.decode() for name, address in addresses.items()}


@pytest.mark.django_db
def test_new_words_are_marked_in_the_editor_and_across_forces(cast: Cast) -> None:
    amended(cast)
    for name, page in pages(cast).items():
        assert "Most officers" in page, name
        assert page.count('<mark class="new-words">Most</mark>') == 1, name


@pytest.mark.django_db
def test_the_list_of_a_forces_findings_says_which_hold_some(cast: Cast) -> None:
    address = reverse("findings:force-show", args=[cast.inspection.slug, "northamptonshire"])
    made = amended(cast)
    client = signed_in(cast.lead_inspector)
    assert client.get(address).text.count("Words the force has not seen") == 1
    closing.close_round(made, waiver="Only more careful.", by=cast.lead_inspector)
    assert "Words the force has not seen" not in client.get(address).text


@pytest.mark.django_db
@pytest.mark.usefixtures("files_in_a_temporary_folder")
def test_the_letters_body_marks_them_for_the_inspectorate_only(cast: Cast) -> None:
    closing.close_round(amended(cast), waiver="Only more careful.", by=cast.lead_inspector)
    letter = assembled(cast)
    Finding.objects.filter(number=1).update(text="Few officers know the strategy.", version=9)
    for user, name in ((cast.lead_inspector, "letter-show"), (cast.hmi, "letter-sign")):
        page = signed_in(user).get(reverse(f"letters:{name}", args=[letter.pk])).text
        body = page[page.index("<article") : page.index("</article>")]
        assert body.count("New to the force") == 1, name
        assert '<mark class="new-words">Few</mark>' in body, name
    for variant in Variant:
        findings = [each for theme in frozen_view(letter, variant)["themes"] for each in theme["findings"]]
        assert not any("new" in each for each in findings)


@pytest.mark.django_db
def test_nothing_is_marked_before_the_force_was_sent_a_draft_nor_once_it_was_waived(cast: Cast) -> None:
    moderated(cast, DRAFT)
    assert not any("new-words" in page for page in pages(cast).values())


@pytest.mark.django_db
def test_a_waiver_ends_the_mark(cast: Cast) -> None:
    closing.close_round(amended(cast), waiver="Only more careful.", by=cast.lead_inspector)
    assert not any("new-words" in page for page in pages(cast).values())


def test_what_the_draft_said_is_not_new_although_a_proposal_was_accepted_in_part() -> None:
    part = Point(quoted="do not know", proposed="know", state="accepted_in_part")
    draft, text = "Officers do not know it.", "Some officers do not know it."
    assert nearest_known(text, draft, [part]) == draft
    assert nearest_known("Officers know it well.", draft, [part]) == "Officers know it."
