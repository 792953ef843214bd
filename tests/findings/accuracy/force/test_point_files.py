"""Nothing that a force wrote is lost: withdrawn, taken off, changed, recalled."""

import pytest

from findings import workflow
from findings.accuracy.draft import draft_of
from findings.accuracy.force import answers, point_files
from findings.accuracy.inspectorate import issuing
from findings.accuracy.rounds import lacks
from findings.models import EarlierPoint, Finding, Point, PointFile, Round
from hmic_core.errors import NotAllowed
from tests.cast import Cast
from tests.conftest import signed_in
from tests.findings.accuracy.steps import WORDS, again, issued, point, sent_on
from tests.sending import issue_round

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files_in_a_temporary_folder")]


def second_reviewer(cast: Cast) -> object:
    from forces.models import Contact
    from hmic_core import clock
    from hmic_core.models import User

    user = User.objects.create_user("second-reviewer@example.org", "A Second Reviewer")
    Contact.objects.create(
        force=cast.northamptonshire,
        capacity=Contact.Capacity.REVIEWER,
        user=user,
        name="A Second Reviewer",
        starts_on=clock.today(),
        verified_at=clock.now(),
    )
    return user


def with_file(cast: Cast, round: Round) -> Point:
    made = point(cast, round)
    point_files.add_file(
        made, data=b"x", name="cover.txt", content_type="text/plain", shows="The cover", by=cast.reviewer
    )
    return made


def test_a_point_is_withdrawn_by_its_author_or_the_liaison_officer_and_kept(cast: Cast) -> None:
    round = issued(cast)
    made = with_file(cast, round)
    other = second_reviewer(cast)
    with pytest.raises(NotAllowed, match="who wrote point 1"):
        answers.withdraw_point(made, by=other)  # type: ignore[arg-type]
    answers.withdraw_point(made, by=cast.liaison_officer)
    assert Point.objects.get().state == "withdrawn"
    page = signed_in(cast.reviewer).get(f"/check/{round.pk}/log/").content.decode()
    assert "Withdrawn points" in page
    assert "crime reduction strategy" in page
    assert "cover.txt" in page
    assert "Bring it back" in page
    assert "Bring it back" not in signed_in(other).get(f"/check/{round.pk}/log/").content.decode()
    answers.submit_response(round, authorised_by="Chief", by=cast.liaison_officer)
    assert again(round).state == Round.State.NO_INACCURACIES
    assert Point.objects.get().submitted_at is None
    assert "1 point" not in signed_in(cast.lead_inspector).get("/accuracy/points/").content.decode()


def test_and_brought_back_as_it_was(cast: Cast) -> None:
    round = issued(cast)
    made = with_file(cast, round)
    client = signed_in(cast.reviewer)
    client.post(f"/check/{round.pk}/points/{made.pk}/withdraw/")
    assert client.get(f"/check/{round.pk}/points/{made.pk}/").status_code == 404
    client.post(f"/check/{round.pk}/points/{made.pk}/restore/")
    now = Point.objects.get()
    assert (now.state, now.proposed, now.files.given().count()) == ("draft", "crime reduction strategy", 1)


def test_a_colleagues_change_keeps_the_words_that_stood_before(cast: Cast) -> None:
    round = issued(cast)
    made = point(cast, round)
    answers.change_point(
        made, kind="disputed", quoted="", proposed="", explanation="Gone?", version=1, by=cast.liaison_officer
    )
    kept = EarlierPoint.objects.get()
    assert (kept.by, kept.replaced_by) == (cast.reviewer, cast.liaison_officer)
    assert kept.said["proposed"] == "crime reduction strategy"
    page = signed_in(cast.reviewer).get(f"/check/{round.pk}/points/{made.pk}/").content.decode()
    assert "Earlier words of this point" in page
    assert "crime reduction strategy" in page


def test_a_file_is_taken_off_by_who_may_and_put_back(cast: Cast) -> None:
    round = issued(cast)
    made = with_file(cast, round)
    given = PointFile.objects.get()
    with pytest.raises(NotAllowed, match="taken off or put back by who gave it"):
        point_files.take_off_file(given, by=second_reviewer(cast))  # type: ignore[arg-type]
    point_files.take_off_file(given, by=cast.reviewer)
    assert not made.files.given().exists()
    point_files.put_back_file(given, by=cast.liaison_officer)
    assert made.files.given().get() == given


# Recalled


def recalled(cast: Cast) -> Round:
    """A response of three points, one of them withdrawn, in a draft that is then recalled."""
    round = issued(cast, WORDS, "Patrols are planned each week.")
    with_file(cast, round)
    point(cast, round, paragraph=round.paragraphs.get(position=2), quoted="each week", proposed="each day")
    answers.withdraw_point(point(cast, round, proposed="not this"), by=cast.reviewer)
    answers.submit_response(round, authorised_by="Chief", by=cast.liaison_officer)
    issuing.recall_round(again(round), reason="Secret reason.", by=cast.lead_inspector)
    return again(round)


def test_after_a_recall_the_force_reads_what_it_wrote_and_not_the_draft(cast: Cast) -> None:
    round = recalled(cast)
    client = signed_in(cast.reviewer)
    home = client.get("/check/").content.decode()
    assert "HMIC has recalled its draft" in home
    assert "2 points" in home
    assert "Secret reason" not in home
    log = client.get(f"/check/{round.pk}/log/").content.decode()
    assert "<ins>day</ins>" in log
    assert "Patrols are planned" not in log
    receipt = client.get(f"/check/{round.pk}/receipt/").content.decode()
    assert "Response received" in receipt
    assert client.get(f"/check/{round.pk}/files/{PointFile.objects.get().pk}/").status_code == 200
    for hidden in ("", "decisions/", "copy/", "draft.pdf", "log/download/", "submit/", "people/"):
        assert client.get(f"/check/{round.pk}/{hidden}").status_code == 404, hidden
    stranger = signed_in(cast.outsider)
    assert stranger.get(f"/check/{round.pk}/log/").status_code in (403, 404)


def test_the_inspectorate_reads_the_recalled_round_for_ever(cast: Cast) -> None:
    round = recalled(cast)
    issue_round(inspection=cast.inspection, force=cast.northamptonshire, by=cast.lead_inspector)
    where = f"/accuracy/{cast.inspection.slug}/{cast.northamptonshire.slug}/"
    client = signed_in(cast.lead_inspector)
    assert f"{where}checks/1/" in client.get(where).content.decode()
    page = client.get(f"{where}checks/1/").content.decode()
    assert "<ins>day</ins>" in page
    assert "not this" not in page
    assert signed_in(cast.outsider).get(f"{where}checks/1/").status_code in (403, 404)
    assert round.points.get(number=1).state == "submitted"


def test_points_and_evidence_go_on_in_the_new_round_against_its_words(cast: Cast) -> None:
    recalled(cast)
    patrols = Finding.objects.get(number=2)
    workflow.save_finding(
        patrols,
        text="Patrols are planned each month.",
        kind=patrols.kind,
        basis="",
        version=patrols.version,
        by=cast.inspector,
    )
    workflow.moderate(Finding.objects.get(pk=patrols.pk), version=2, by=cast.moderator)
    new = issue_round(inspection=cast.inspection, force=cast.northamptonshire, by=cast.lead_inspector)
    points = list(new.points.select_related("paragraph", "carried_from__paragraph").order_by("number"))
    assert [(each.number, each.state, each.submitted_at) for each in points] == [(1, "draft", None), (2, "draft", None)]
    assert [each.author for each in points] == [cast.reviewer, cast.reviewer]
    assert points[0].files.given().get().file.name == "cover.txt"
    first, second = draft_of(again(new)).points
    assert (first.carried and first.carried.standing, second.carried and second.carried.standing) == (
        "still",
        "changed",
    )
    assert (lacks(points[0]), lacks(points[1])) == ("", "Quotes words that are not once in this draft: quote others")
    log = signed_in(cast.reviewer).get(f"/check/{new.pk}/log/").content.decode()
    assert "From the recalled draft." in log
    assert "Words changed" in log
    with pytest.raises(NotAllowed, match="Point 2: quotes words"):
        answers.submit_response(again(new), authorised_by="Chief", by=cast.liaison_officer)


def test_a_point_on_a_finding_that_is_gone_waits_to_be_settled(cast: Cast) -> None:
    recalled(cast)
    workflow.remove_finding(Finding.objects.get(number=2), reason="Wrong.", by=cast.lead_inspector)
    new = issue_round(inspection=cast.inspection, force=cast.northamptonshire, by=cast.lead_inspector)
    lost = new.points.get(number=2)
    assert (lost.paragraph, lost.quoted) == (None, "each week")
    assert lacks(lost)
    answers.withdraw_point(lost, by=cast.reviewer)
    answers.submit_response(sent_on(new, again(new).issued_at), authorised_by="Chief", by=cast.liaison_officer)  # type: ignore[arg-type]


def test_recalled_twice_nothing_is_doubled(cast: Cast) -> None:
    recalled(cast)
    for _ in range(2):
        new = issue_round(inspection=cast.inspection, force=cast.northamptonshire, by=cast.lead_inspector)
        assert new.points.count() == 2
        issuing.recall_round(again(new), reason="Again.", by=cast.lead_inspector)
