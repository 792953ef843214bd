"""The elements of the screens: times in London's words, differences that escape, actions that are never links."""

import datetime as dt
from typing import Any

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory

from hmic_core.templatetags import controls, marks, times

INSTANT = dt.datetime(2014, 9, 3, 23, 1, tzinfo=dt.UTC)


def render(source: str, **context: Any) -> str:
    return Template(source).render(Context(context))


def test_an_instant_is_shown_in_london_with_its_utc_behind_it() -> None:
    shown = render("{% instant at %}", at=INSTANT)
    assert shown == '<time datetime="2014-09-03T23:01:00Z">Thursday 4 September 2014, 00:01 BST</time>'
    both = render("{% instant at utc=True joiner=' at ' %}", at=INSTANT)
    assert "Thursday 4 September 2014 at 00:01 BST" in both
    assert "(Wednesday 3 September 2014, 23:01 UTC)" in both


def test_winter_is_gmt_and_parts_can_stand_alone() -> None:
    winter = dt.datetime(2014, 12, 1, 9, 5, 7, tzinfo=dt.UTC)
    assert "Monday 1 December 2014, 09:05 GMT" in render("{% instant at %}", at=winter)
    assert ">09:05:07 GMT<" in render("{% instant at form='time' seconds=True %}", at=winter)
    assert ">Thursday 4 September 2014<" in render("{% instant at form='day' %}", at=INSTANT)
    assert render("{{ at|london }} / {{ at|utc }} / {{ at|day }}", at=INSTANT) == (
        "Thursday 4 September 2014, 00:01 BST / Wednesday 3 September 2014, 23:01 UTC / Thursday 4 September 2014"
    )
    assert render("{% instant at %}", at=None) == ""


def test_the_two_halves_of_the_hour_that_comes_twice_are_told_apart() -> None:
    first = dt.datetime(2014, 10, 26, 0, 30, tzinfo=dt.UTC)
    assert times.london(first) == "Sunday 26 October 2014, 01:30 BST"
    assert times.london(first + dt.timedelta(hours=1)) == "Sunday 26 October 2014, 01:30 GMT"


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (6, "6 working days left"),
        (1, "1 working day left"),
        (0, "Today is the last day"),
        (-1, "The time has passed"),
    ],
)
def test_working_days(days: int, words: str) -> None:
    assert times.working_days_left(days) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(23280, "6 hours 28 minutes"), (60, "1 minute"), (0, "0 seconds"), (90000, "1 day 1 hour"), (-5, "0 seconds")],
)
def test_duration(seconds: int, words: str) -> None:
    assert times.duration(seconds) == words
    assert times.duration(dt.timedelta(seconds=seconds)) == words


def test_the_countdown_says_what_is_left_without_a_script() -> None:
    html = render("{% countdown until now %}", until=INSTANT, now=INSTANT - dt.timedelta(minutes=4, seconds=37))
    assert ">04:37<" in html
    assert 'data-until="2014-09-03T23:01:00.000+00:00"' in html
    assert ">1:00:00<" in render("{% countdown until now %}", until=INSTANT, now=INSTANT - dt.timedelta(hours=1))
    assert ">00:00<" in render("{% countdown until now %}", until=INSTANT, now=INSTANT + dt.timedelta(hours=1))


def test_a_state_is_a_word_first_and_a_colour_second() -> None:
    assert render("{% state 'Moderated' 'moderated' %}") == '<span class="state state--ok">Moderated</span>'
    assert render("{% state 'Odd' 'unheard_of' %}") == '<span class="state">Odd</span>'
    assert "&lt;b&gt;" in render("{% state name 'ok' %}", name="<b>")


def test_a_difference_marks_words_and_keeps_spaces_outside() -> None:
    assert marks.difference("prevention strategy", "reduction strategy") == (
        "<del>prevention</del> <ins>reduction</ins> strategy"
    )
    assert marks.difference("a sample", "a small sample") == "a <ins>small</ins> sample"
    assert marks.difference("is not able", "is able") == "is <del>not</del> able"
    assert marks.difference("same", "same") == "same"
    assert marks.difference("", "new words") == "<ins>new words</ins>"
    assert marks.difference("done and dusted", "done and/or dusted") == "done <del>and</del> <ins>and/or</ins> dusted"


def test_a_difference_never_lets_markup_through() -> None:
    html = marks.difference("<b>x</b> & <i>", "<script>alert(1)</script> &")
    assert "<script" not in html
    assert "<b>" not in html
    assert "<i>" not in html


def test_a_button_that_changes_something_is_a_form() -> None:
    html = render("{% post_button '/x/' 'Mark as checked' tone='link' hidden='PC-3' paragraph=7 %}", csrf_token="token")
    assert '<form method="post" action="/x/"' in html
    assert 'name="csrfmiddlewaretoken"' in html
    assert '<input type="hidden" name="paragraph" value="7">' in html
    assert "<a " not in html
    assert 'Mark as checked<span class="govuk-visually-hidden"> PC-3</span>' in html


def test_a_verb_without_an_address_is_no_link_and_says_why() -> None:
    html = render("{% verbs 'Stop' %}{% verb 'Hold…' %}Not yet.{% endverb %}{% endverbs %}")
    assert "<a " not in html
    assert "Not yet." in html


def test_containers_escape_what_they_are_given() -> None:
    evil = "<script>alert(1)</script>"
    html = render(
        "{% card x note=x id='a' %}{{ x }}{% endcard %}{% note x label=x by=x url=x %}{{ x }}{% endnote %}"
        "{% paragraph x %}{{ x }}{% endparagraph %}{% sheet mark=x %}{{ x }}{% endsheet %}"
        "{% window x status=x %}{{ x }}{% endwindow %}"
        "{% facing heading=x %}{% side x note=x %}{{ x }}{% endside %}{% endfacing %}"
        "{% point_card x 1 x kind=x %}{{ x }}{% endpoint_card %}{% next_action x x x %}{{ x }}{% endnext_action %}"
        "{% file_row x '/f' note=x %}{% check_document pdf=x %}",
        x=evil,
    )
    assert "<script>" not in html


def test_pages_keep_the_filters() -> None:
    request = RequestFactory().get("/list/?state=ready&page=2")
    page = Paginator(range(100), 10).page(2)
    html = render("{% pages page %}", page=page, request=request)
    assert "state=ready&amp;page=3" in html
    assert 'aria-current="page"' in html
    assert render("{% pages page %}", page=Paginator(range(3), 10).page(1), request=request).strip() == ""


def test_sizes() -> None:
    assert [controls.size(number) for number in (12, 182_000, 1_400_000)] == ["1 KB", "182 KB", "1.4 MB"]
