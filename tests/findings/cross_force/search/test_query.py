"""Search: what is found, what is never counted, and that no input makes it slow or unsafe."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from findings import workflow
from findings.cross_force.search import query
from findings.cross_force.search.query import Wanted
from findings.drafting import comments, criteria
from findings.drafting.evidence import add_evidence
from findings.models import Finding
from hmic_core.errors import NotAllowed
from hmic_core.text import search
from inspections.models import Assignment, Criterion
from tests import rows
from tests.cast import Cast
from tests.conftest import signed_in
from tests.findings.test_workflow import drafted
from tests.world import make_world

PLACE = reverse("findings:search-show")


def found(user: Any, words: str, key: str = "findings", **filters: Any) -> query.Found:
    return query.search(user, Wanted(words, **filters), key)


def headings(result: query.Found) -> list[str]:
    return [hit.line.heading for hit in result.hits]


def on(cast: Cast, force: Any, text: str, theme: int = 0, **words: Any) -> Finding:
    return workflow.draft_finding(
        inspection=cast.inspection,
        force=force,
        theme=cast.themes[theme],
        text=text,
        kind=words.pop("kind", "finding"),
        basis=words.pop("basis", ""),
        by=cast.inspector,
    )


# What is found


def test_words_phrases_either_and_left_out(cast: Cast) -> None:
    on(cast, cast.northamptonshire, "The force attends all reports of burglary.")
    on(cast, cast.nottinghamshire, "All burglary is recorded; the force does not attend every report.")
    on(cast, cast.kent, "Vehicles are checked by Zoë’s team.")
    for words, number in (
        ("attending burglaries", 2),
        ('"attend every report"', 1),
        ('"every attend report"', 0),
        ("burglary -recorded", 1),
        ("burglary OR vehicles", 3),
        ("zoe", 1),
        ("ZOË", 1),
        ("burglary vehicles", 0),
        ("murder", 0),
    ):
        assert found(cast.inspector, words).counts["findings"] == number, words


def test_a_reference_finds_its_finding(cast: Cast) -> None:
    on(cast, cast.kent, "Nothing in common.", theme=1)
    assert headings(found(cast.inspector, "ft-1")) == ["FT-1, Kent Police"]
    assert headings(found(cast.inspector, "FT-2")) == []


def test_the_better_match_comes_first(cast: Cast) -> None:
    on(cast, cast.kent, "Response times are long, and some officers attend training about attendance elsewhere.")
    on(cast, cast.northamptonshire, "Response officers. Response officers are few.")
    assert headings(found(cast.inspector, "response officers"))[0] == "PC-1, Northamptonshire Police"


def test_filters_narrow_it(cast: Cast) -> None:
    on(cast, cast.kent, "A plan for burglary.", kind="strength")
    on(cast, cast.northamptonshire, "A plan for burglary.", theme=1)
    for filters, number in (
        ({"force": "kent"}, 1),
        ({"theme": "FT"}, 1),
        ({"kind": "strength"}, 1),
        ({"state": "draft"}, 2),
        ({"state": "final"}, 0),
        ({"inspection": "test-subject", "force": "kent", "theme": "PC"}, 1),
        ({"inspection": "another"}, 0),
    ):
        assert found(cast.inspector, "burglary", **filters).counts["findings"] == number, filters


def test_days_are_days_in_london(cast: Cast) -> None:
    finding = on(cast, cast.kent, "A plan for burglary.")
    Finding.objects.filter(pk=finding.pk).update(changed_at="2014-06-30T23:30:00Z")  # 00:30 on 1 July in London
    asked = {"q": "burglary", "since_day": "1", "since_month": "7", "since_year": "2014"}
    client = signed_in(cast.inspector)
    assert "PC-1" in client.get(PLACE, asked).text
    until = {"q": "burglary", "until_day": "30", "until_month": "6", "until_year": "2014"}
    assert "PC-1" not in client.get(PLACE, until).text


def test_a_removed_finding_is_not_found(cast: Cast) -> None:
    finding = on(cast, cast.kent, "A plan for burglary.")
    workflow.remove_finding(finding, reason="Twice", by=cast.inspector)
    assert found(cast.inspector, "burglary").counts["findings"] == 0


@pytest.mark.usefixtures("files_in_a_temporary_folder")
def test_evidence_points_and_letters_are_found_too(cast: Cast) -> None:
    world = make_world(cast, "quixotry", "signed")
    words = f"{world.word} OR {world.of_one_theme} OR {world.of_all_forces}"
    counts = found(cast.lead_inspector, words).counts
    beside = {"evidence": 1, "comments": 2, "criteria": 1, "answers": 1}
    assert counts == {"findings": 2, **beside, "points": 2, "letters": 1}
    for key in (*beside, "points", "letters"):
        hits = found(cast.lead_inspector, words, key).hits
        assert len(hits) == counts[key], key
        for hit in hits:
            assert "quixotry</mark>" in hit.excerpt, key
            assert signed_in(cast.lead_inspector).get(hit.line.url).status_code == 200, key


# What is never counted


def test_nothing_outside_the_assignment_is_shown_or_counted(cast: Cast) -> None:
    on(cast, cast.kent, "A plan for burglary in Kent.")
    on(cast, cast.northamptonshire, "A plan for burglary in the county.")
    on(cast, cast.northamptonshire, "Another for burglary.", theme=1)
    Assignment.objects.filter(user=cast.second_inspector).update(force=cast.kent)
    assert found(cast.second_inspector, "burglary").counts["findings"] == 1
    Assignment.objects.filter(user=cast.second_inspector).update(force=None, theme=cast.themes[1])
    assert headings(found(cast.second_inspector, "burglary")) == ["FT-1, Northamptonshire Police"]
    Assignment.objects.filter(user=cast.second_inspector).update(ends_on="2001-01-01")
    assert found(cast.second_inspector, "burglary").counts["findings"] == 0


def test_many_assignments_are_not_named_one_by_one(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Above `FEW` inspections only `visible_to` speaks: the numbers are the same."""
    on(cast, cast.kent, "A plan for burglary.")
    Assignment.objects.filter(user=cast.second_inspector).update(force=cast.northamptonshire)
    for few in (query.FEW, 0):
        monkeypatch.setattr(query, "FEW", few)
        assert found(cast.inspector, "burglary").counts["findings"] == 1
        assert found(cast.second_inspector, "burglary").counts["findings"] == 0


def test_comments_criteria_and_their_answers_are_found_within_the_assignment_only(cast: Cast) -> None:
    finding = on(cast, cast.northamptonshire, "A plan.")
    comment = comments.comment_on(finding, quoted="A plan", text="Whose burglary?", mentioned=[], by=cast.moderator)
    comments.reply_to(comment, text="The burglary team’s.", by=cast.inspector)
    criterion = Criterion.objects.create(theme=cast.themes[0], position=1, number=1, question="Is burglary attended?")
    answer = {"answer": "yes", "note": "Burglary always.", "findings": [], "version": 0}
    criteria.answer_criterion(criterion, cast.northamptonshire, **answer, by=cast.inspector)
    numbers = {"comments": 2, "criteria": 1, "answers": 1}
    result = found(cast.inspector, "burglary", "comments")
    assert {key: result.counts[key] for key in numbers} == numbers
    assert set(headings(result)) == {
        "Comment 1 on PC-1, Northamptonshire Police",
        "Answer to comment 1 on PC-1, Northamptonshire Police",
    }
    assert f"#comment-{comment.number}" in result.hits[0].line.url
    assert headings(found(cast.inspector, "burglary", "answers")) == ["PC-Q1, Northamptonshire Police"]
    assert found(cast.inspector, "burglary", "criteria", since=dt.date(2014, 1, 1)).counts["criteria"] == 0
    mine = Assignment.objects.filter(user=cast.second_inspector)
    mine.update(force=cast.kent)
    elsewhere = found(cast.second_inspector, "burglary").counts
    assert {key: elsewhere[key] for key in numbers} == {"comments": 0, "criteria": 1, "answers": 0}
    mine.update(force=None, theme=cast.themes[1])
    assert not any(found(cast.second_inspector, "burglary").counts.values())
    workflow.remove_finding(finding, reason="Double", by=cast.lead_inspector)
    assert found(cast.inspector, "burglary").counts["comments"] == 0


@pytest.mark.usefixtures("files_in_a_temporary_folder")
def test_nobody_outside_the_inspectorate_finds_or_counts_anything(cast: Cast) -> None:
    make_world(cast, "quixotry", "responded")
    for name, user in cast.everybody().items():
        inside = name in {"inspector", "second_inspector", "lead_inspector", "moderator", "hmi"}
        counts = found(user, "quixotry").counts
        assert any(counts.values()) == inside, (name, counts)
        assert (signed_in(user).get(PLACE, {"q": "quixotry"}).status_code == 200) == inside, name


@pytest.mark.usefixtures("files_in_a_temporary_folder")
def test_a_point_that_was_not_sent_is_the_forces_own(cast: Cast) -> None:
    world = make_world(cast, "quixotry", "issued")
    from tests.world import raise_point, submit

    raise_point(world)
    assert found(cast.lead_inspector, "quixotry").counts["points"] == 0
    submit(world)
    assert found(cast.lead_inspector, "quixotry").counts["points"] == 1
    Assignment.objects.filter(user=cast.second_inspector).update(theme=cast.themes[1])
    assert found(cast.second_inspector, "quixotry").counts["points"] == 0  # its paragraph is of the other theme


def test_the_form_offers_only_what_is_covered(cast: Cast) -> None:
    Assignment.objects.filter(user=cast.second_inspector).update(force=cast.kent, theme=cast.themes[0])
    page = signed_in(cast.second_inspector).get(PLACE, {"q": "x", "force": "northamptonshire"}).text
    assert "Choose one of the list" in page
    assert 'value="kent"' in page
    assert 'value="northamptonshire"' not in page
    assert "Freeing up time" not in page


# Bounds


@pytest.mark.parametrize("words", ["the of and", "-police", "   ", ""])
def test_words_that_find_nothing_are_refused_with_what_to_do(cast: Cast, words: str) -> None:
    answer = signed_in(cast.inspector).get(PLACE, {"q": words})
    assert answer.status_code == 200
    assert "Search for at least one word" in answer.text or "Enter a word or a phrase" in answer.text


def test_a_long_query_is_refused(cast: Cast) -> None:
    page = signed_in(cast.inspector).get(PLACE, {"q": "burglary " * 60}).text
    assert "Shorten this to 200 characters" in page


@pytest.mark.parametrize("words", ["a & | ! ( ) : * <-> \\", '"', "''", "x\\", "%s %(a)s", "<script>", "é" * 200])
def test_no_query_breaks_it(cast: Cast, words: str) -> None:
    on(cast, cast.kent, "x %s script é")
    assert signed_in(cast.inspector).get(PLACE, {"q": words}).status_code == 200


def test_a_search_that_takes_too_long_says_what_to_do(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(50):
        rows.finding(cast, cast.kent)
    monkeypatch.setattr(search, "MILLISECONDS", 1)
    monkeypatch.setattr(query._Rank, "template", "(%(function)s(%(expressions)s) + length(pg_sleep(0.01)::text))")
    with pytest.raises(NotAllowed, match="took too long"):
        found(cast.inspector, "plan")
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone()[0] != "1ms"  # whatever follows has its own limit again


def test_more_than_can_be_ranked(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for room in ("findings.cross_force.search.query", "findings.cross_force.views.search"):
        monkeypatch.setattr(f"{room}.MOST", 3)
    for _ in range(5):
        rows.finding(cast, cast.kent)
    result = found(cast.inspector, "plan")
    assert (result.capped, result.page.paginator.count) == (True, 3)
    assert "3 or more" in signed_in(cast.inspector).get(PLACE, {"q": "plan"}).text


def test_what_was_typed_is_marked_and_nothing_else_is_markup(cast: Cast) -> None:
    on(cast, cast.kent, "A <b>plan</b> & <script>alert(1)</script> **bold** for burglary")
    [hit] = found(cast.inspector, "plan burglary").hits
    assert "<mark>plan</mark>" in hit.excerpt
    assert "&lt;script&gt;" in hit.excerpt
    assert "<script" not in hit.excerpt
    assert "**" not in hit.excerpt


def test_an_excerpt_says_where_words_are_left_out(cast: Cast) -> None:
    filler = "Officers visit each school in turn. " * 20
    on(cast, cast.kent, "The force has a burglary plan.")
    on(cast, cast.kent, f"{filler}It has another burglary plan. {filler}")
    whole, part = (
        hit.excerpt for hit in sorted(found(cast.inspector, "burglary").hits, key=lambda hit: len(hit.excerpt))
    )
    assert whole == "The force has a <mark>burglary</mark> plan."
    assert (part[:2], part[-2:], len(part) < len(filler)) == ("… ", " …", True)


def test_evidence_with_marks_of_its_own_cannot_open_a_tag(cast: Cast) -> None:
    finding = drafted(cast, "A plan.")
    add_evidence(
        inspection=cast.inspection,
        force=finding.force,
        kind="document",
        source="Log",
        note="\x02<i>\x03 burglary",
        happened_on=None,
        findings=[],
        by=cast.inspector,
    )
    [hit] = found(cast.inspector, "burglary", "evidence").hits
    assert hit.excerpt.count("<mark>") == 1
    assert "<i>" not in hit.excerpt


def test_pages_of_results(cast: Cast) -> None:
    for _ in range(45):
        rows.finding(cast, cast.kent)
    client = signed_in(cast.inspector)
    pages = [client.get(PLACE, {"q": "plan", "page": number}).text for number in (1, 2, 3)]
    assert [page.count('class="hit"') for page in pages] == [20, 20, 5]
    assert "page 2 of 3" in pages[1]
