"""Comments that stay honest, recommendations of causes of concern, the timeline, restoring, places in the order."""

import pytest

from findings import workflow
from findings.drafting import comments, recommendations, threads
from findings.models import Finding, Revision
from findings.quotes import anchors, comparison
from findings.quotes.anchors import Standing
from hmic_core.errors import NotAllowed
from hmic_core.models import Notice, User
from inspections.models import Assignment
from tests.cast import Cast
from tests.conftest import signed_in
from tests.findings.drafting.test_finding import CANARY, post, url
from tests.findings.test_workflow import drafted, save

SECRET = "An unreleased sentence nobody may find."


def comment(cast: Cast, finding: Finding, by: User | None = None, **changed: object) -> object:
    given = {"quoted": "no policy", "text": SECRET, "mentioned": [], **changed}
    return comments.comment_on(finding, **given, by=by or cast.moderator)


@pytest.mark.parametrize(
    ("after", "standing"),
    [
        ("One. The force has no written policy at all. Two.", Standing.STILL),
        ("Something else was seen here and nothing remains.", Standing.GONE),
        ("One. The force has a short written policy at all. Two.", Standing.CHANGED),
    ],
)
def test_the_quote_of_a_comment_and_of_a_point_get_one_verdict(cast: Cast, after: str, standing: Standing) -> None:
    before, quoted = "One. The force has no written policy at all. Two.", "no written policy"
    finding = drafted(cast, text=before)
    comment(cast, finding, quoted=quoted)
    finding = save(finding, cast, text=after)
    found = threads.of(finding)[0].found
    assert found is not None
    assert found.standing == standing
    assert (found.standing, found.words) == (
        anchors.standing(before, after, quoted).standing,
        anchors.standing(before, after, quoted).words,
    )


def test_a_comment_stands_beside_its_words_and_follows_them(cast: Cast) -> None:
    finding = drafted(cast)
    address = url("comment-add", finding.pk)
    post(cast.moderator, address, {"quoted": "no policy", "comment": "How do we know?"})
    page = signed_in(cast.inspector).get(url("finding-show", finding.pk)).text
    assert '<mark class="quoted">no policy<sup>[1]</sup></mark>' in page
    assert "Words still there" in page
    save(finding, cast, "The force has a policy.")
    page = signed_in(cast.inspector).get(url("finding-show", finding.pk)).text
    assert "Words changed" in page
    assert "How do we know?" in page


def test_answers_resolving_and_opening_again(cast: Cast) -> None:
    finding = drafted(cast)
    made = comment(cast, finding)
    post(cast.inspector, url("comment-reply", made.pk), {"comment": "Forty calls."})
    post(cast.inspector, url("comment-resolve", made.pk))
    page = signed_in(cast.inspector).get(url("finding-show", finding.pk)).text
    assert "Forty calls." in page
    assert "Resolved by you" in page
    assert "<mark" not in page
    post(cast.inspector, url("comment-resolve", made.pk), {"resolved": "no"})
    assert "<mark" in signed_in(cast.inspector).get(url("finding-show", finding.pk)).text
    refused = post(cast.inspector, url("comment-reply", made.pk), {"comment": " "})
    assert (refused.status_code, "Write the answer first" in refused.text) == (422, True)
    refused = post(cast.inspector, url("comment-add", finding.pk), {"quoted": CANARY, "comment": ""})
    assert (refused.status_code, "Write the comment" in refused.text, CANARY in refused.text) == (422, True, True)


def test_only_people_who_work_on_it_are_mentioned_and_told_without_a_word_of_it(cast: Cast) -> None:
    finding = drafted(cast, SECRET)
    Assignment.objects.filter(user=cast.second_inspector).update(force=cast.kent)
    names = {person.name for person in comments.readers(finding)}
    assert names == {"Inspector", "Lead inspector", "Moderator", "Hmi"}
    comment(cast, finding, mentioned=[cast.inspector, cast.lead_inspector])
    notices = Notice.objects.all()
    assert {each.recipient for each in notices} == {cast.inspector, cast.lead_inspector}
    assert not any("unreleased" in f"{each.subject} {each.body} {each.link}" for each in notices)
    for outsider in (cast.second_inspector, cast.outsider, cast.liaison_officer):
        with pytest.raises(NotAllowed, match="Choose from the list"):
            comment(cast, finding, mentioned=[outsider])
        with pytest.raises(NotAllowed):
            comment(cast, finding, by=outsider)
    assert post(cast.second_inspector, url("comment-add", finding.pk), {"comment": "x"}).status_code == 404


def test_whoever_wrote_a_comment_hears_of_its_answer_once(cast: Cast) -> None:
    made = comment(cast, drafted(cast))
    comments.reply_to(made, text="Yes.", mentioned=[cast.moderator], by=cast.inspector)
    comments.reply_to(made, text="No.", by=cast.inspector)
    assert [each.event.split(":")[0] for each in Notice.objects.order_by("created_at")] == [
        "comment_mention",
        "comment_answered",
    ]


# Causes of concern


def concern(cast: Cast) -> Finding:
    finding = drafted(cast, "A concern.")
    return save(finding, cast, "A concern.", kind="cause_of_concern")


def recommendation(cast: Cast, cause: Finding | None) -> Finding:
    return workflow.draft_finding(
        inspection=cast.inspection,
        force=cast.northamptonshire,
        theme=cast.themes[0],
        text="The force should write one.",
        kind="recommendation",
        basis="",
        cause=cause,
        by=cast.inspector,
    )


def test_a_cause_of_concern_goes_nowhere_without_a_recommendation(cast: Cast) -> None:
    cause = concern(cast)
    with pytest.raises(NotAllowed, match="Write one for it, or link one"):
        workflow.mark_ready(cause, by=cast.inspector)
    free = recommendation(cast, None)
    with pytest.raises(NotAllowed, match="without a recommendation"):
        workflow.mark_ready(cause, by=cast.inspector)
    post(cast.inspector, url("finding-cause", free.pk), {"cause": cause.pk, "of": cause.pk})
    workflow.mark_ready(cause, by=cast.inspector)
    with pytest.raises(NotAllowed, match="only recommendation"):
        workflow.remove_finding(free, reason="Twice", by=cast.inspector)
    with pytest.raises(NotAllowed, match="only recommendation"):
        recommendations.link_recommendation(free, cause=None, by=cast.inspector)
    with pytest.raises(NotAllowed, match="only recommendation"):
        save(free, cast, free.text, kind="finding")
    recommendation(cast, cause)
    workflow.remove_finding(free, reason="Twice", by=cast.inspector)
    Finding.objects.filter(cause=cause).update(cause=None)
    with pytest.raises(NotAllowed, match="without a recommendation"):
        workflow.moderate(cause, version=2, by=cast.moderator)


def test_only_a_recommendation_of_the_same_theme_answers(cast: Cast) -> None:
    cause = concern(cast)
    with pytest.raises(NotAllowed, match="Only a recommendation"):
        recommendations.link_recommendation(drafted(cast), cause=cause, by=cast.inspector)
    with pytest.raises(NotAllowed, match="no cause of concern"):
        recommendation(cast, drafted(cast))
    elsewhere = save(drafted(cast, "Elsewhere.", theme=1), cast, "Elsewhere.", kind="cause_of_concern")
    with pytest.raises(NotAllowed, match="own force and theme"):
        recommendation(cast, elsewhere)


def test_the_page_of_a_cause_of_concern_leads_to_its_recommendation(cast: Cast) -> None:
    cause = concern(cast)
    page = signed_in(cast.inspector).get(url("finding-show", cause.pk)).text
    assert "A cause of concern needs a recommendation" in page
    address = url("finding-draft", cast.inspection, cast.northamptonshire)
    form = signed_in(cast.inspector).get(f"{address}?cause={cause.pk}").text
    assert f'value="{cause.pk}"' in form
    typed = {
        "theme": cast.themes[0].pk,
        "kind": "recommendation",
        "text": "Do.",
        "cause": cause.pk,
        "evidence_kind": "data",
    }
    post(cast.inspector, address, typed)
    assert Finding.objects.get(kind="recommendation").cause == cause


# History


def test_an_earlier_revision_is_restored_as_a_new_one(cast: Cast) -> None:
    finding = save(drafted(cast, "First."), cast, "Second.")
    post(cast.inspector, url("finding-restore", finding.pk), {"revision": 1, "version": 2})
    newest = Revision.objects.filter(finding=finding).first()
    assert (newest.version, newest.text, newest.restored_from) == (3, "First.", 1)
    post(cast.inspector, url("finding-restore", finding.pk), {"revision": 2, "version": 2})
    assert Revision.objects.filter(finding=finding).count() == 3, "somebody saved since: nothing is restored unseen"
    assert "Revision 1 restored as revision 3" in signed_in(cast.inspector).get(url("finding-history", finding.pk)).text


def test_the_timeline_tells_what_happened_in_order(cast: Cast) -> None:
    finding = drafted(cast)
    workflow.mark_ready(finding, by=cast.inspector)
    workflow.send_back(finding, reason="Give the sample", by=cast.moderator)
    comment(cast, finding)
    page = signed_in(cast.inspector).get(url("finding-history", finding.pk)).text
    places = [page.index(words) for words in ("Comment written", "Sent back", "Marked ready", "<b>Drafted</b>")]
    assert places == sorted(places)
    assert "Give the sample" in page


def test_changes_are_told_in_words() -> None:
    found = comparison.changes("The force has a small plan.", "The force has a large plan and tests it.")
    assert [(each.verb, each.removed, each.added) for each in found] == [
        ("Replaced", "small", "large"),
        ("Added", "", "and tests it"),
    ]
    assert found[0].after == "The force has a"
    assert comparison.changes("a  b", "a b") == []


# Order


def test_a_finding_is_put_at_any_place(cast: Cast) -> None:
    made = [drafted(cast, f"Finding {number}.") for number in range(4)]
    post(cast.inspector, url("finding-move", made[3].pk), {"place": "2", "back": "editor"})
    order = Finding.objects.in_order().values_list("number", flat=True)
    assert list(order) == [1, 4, 2, 3]
    workflow.place_finding(made[0], place=9, by=cast.inspector)
    assert list(order.all()) == [1, 4, 2, 3]
    with pytest.raises(NotAllowed):
        workflow.place_finding(made[0], place=2, by=cast.hmi)
