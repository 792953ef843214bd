"""What happened beside the findings since the last look: comments, decisions on points, one's own assignments."""

from django.utils.html import strip_tags

from findings.drafting import comments
from findings.models import Point
from hmic_core import clock
from inspections.models import Assignment
from inspections.setup import people
from tests.cast import Cast
from tests.conftest import signed_in
from tests.findings.drafting.test_finding import post, url
from tests.findings.test_workflow import drafted, point_on


def seen_by(user: object) -> str:
    page = signed_in(user).get("/my-work/").text  # type: ignore[arg-type]
    return " ".join(strip_tags(page).split())


def test_comments_answers_and_decisions_of_others_are_news_within_the_assignment(cast: Cast) -> None:
    finding = drafted(cast)
    comment = comments.comment_on(finding, quoted="", text="Secret?", mentioned=[], by=cast.moderator)
    comments.reply_to(comment, text="No.", by=cast.second_inspector)
    point = point_on(finding, cast)
    Point.objects.filter(pk=point.pk).update(
        state="not_accepted", decision_reason="No.", decided_by=cast.lead_inspector, decided_at=clock.now(),
        submitted_at=clock.now(),
    )  # fmt: skip
    page = seen_by(cast.inspector)
    for said in ("Comment 1, Moderator", "Comment 1, Second inspector", "Decided by Lead inspector"):
        assert said in page
    assert "Secret" not in page
    assert "Comment 1, Moderator" not in seen_by(cast.moderator), "one's own is no news"
    Assignment.objects.filter(user=cast.second_inspector).update(force=cast.kent)
    elsewhere = seen_by(cast.second_inspector)
    assert "Comment 1" not in elsewhere
    assert "Decided by" not in elsewhere
    post(cast.inspector, url("changes-seen", cast.inspection), {"until": clock.now().isoformat()})
    assert "No changes since you last looked" in seen_by(cast.inspector)


def test_ones_own_assignment_is_news_to_oneself(cast: Cast) -> None:
    people.assign(
        cast.inspection, users=[cast.second_inspector], role="moderator", forces=[cast.kent], themes=[None],
        starts_on=clock.today(), ends_on=None, by=cast.lead_inspector,
    )  # fmt: skip
    assert "You were assigned as moderator by Lead inspector" in seen_by(cast.second_inspector)
    assert "You were assigned" not in seen_by(cast.inspector)
    assert "You were assigned" not in seen_by(cast.lead_inspector)
