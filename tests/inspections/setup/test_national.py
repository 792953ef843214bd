"""Indicators with their values, and passages of the national report: entered, changed, refused, kept."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook
from openpyxl.comments import Comment

from hmic_core.errors import NotAllowed
from inspections.models import Indicator, NationalEntry, NationalRevision
from inspections.setup import indicators, passages, people, values
from tests.cast import Cast
from tests.conftest import signed_in
from tests.findings.accuracy.steps import issued

ABOUT = {"title": "Crimes attended", "unit": "per cent", "period": "year to 31 March 2014", "source": "HMIC"}


def indicator(cast: Cast, **words: str) -> Indicator:
    return indicators.add_indicator(cast.inspection, **{**ABOUT, **words}, by=cast.lead_inspector)


def url(name: str, cast: Cast, *args: Any) -> str:
    return reverse(f"inspections:{name}", args=[cast.inspection.slug, *args])


def held(cast: Cast) -> dict[str, str]:
    return dict(NationalEntry.objects.exclude(value="").values_list("force__slug", "value"))


def test_only_the_lead_inspector_enters_them(cast: Cast) -> None:
    of = indicator(cast)
    with pytest.raises(NotAllowed, match="lead inspector"):
        indicators.save_values(cast.inspection, {(cast.kent, of): "1"}, by=cast.inspector)
    for user in (cast.inspector, cast.admin, cast.liaison_officer, cast.outsider):
        assert signed_in(user).get(url("indicator-values", cast)).status_code == 404
        assert signed_in(user).post(url("passage-add", cast), {"words": "x"}).status_code == 404


def test_the_table_says_what_each_row_would_do_and_saves_only_then(cast: Cast) -> None:
    of = indicator(cast)
    indicators.save_values(cast.inspection, {(cast.kent, of): "61.0"}, by=cast.lead_inspector)
    client = signed_in(cast.lead_inspector)
    table = (
        "Force\tIN-1\nKent\t62.5 %\nNorthamptonshire Police\t1,204\nNowhere Police\t3\nNottinghamshire\tmany\nKent\t9"
    )
    dry = client.post(url("indicator-values", cast), {"table": table})
    plan = dry.context["plan"]
    assert [(cell.force.slug, cell.before, cell.after) for cell in plan.cells] == [
        ("kent", "61.0", "62.5"),
        ("northamptonshire", "", "1204"),
    ]
    assert [(row, what) for row, what, _ in plan.refused] == [
        (4, "Nowhere Police"),
        (5, "Nottinghamshire Police, IN-1"),
        (6, "Kent Police"),
    ]
    assert held(cast) == {"kent": "61.0"}
    form = dry.context["form"]
    saved = client.post(url("indicator-values", cast), {"table": table, "checked": form.data["checked"]})
    assert held(cast) == {"kent": "62.5", "northamptonshire": "1204"}
    assert saved.context["form"]["table"].value() == table, "the refused rows stay in the field"
    assert list(NationalRevision.objects.filter(entry__force=cast.kent).order_by("version").values_list("text")) == [
        ("Crimes attended: 61.0 per cent, year to 31 March 2014. Source: HMIC.",),
        ("Crimes attended: 62.5 per cent, year to 31 March 2014. Source: HMIC.",),
    ]


def test_a_dry_run_of_other_values_saves_nothing(cast: Cast) -> None:
    of = indicator(cast)
    client = signed_in(cast.lead_inspector)
    table = {"table": "Force,IN-1\nKent Police,62"}
    mark = client.post(url("indicator-values", cast), table).context["form"].data["checked"]
    indicators.save_values(cast.inspection, {(cast.kent, of): "50"}, by=cast.lead_inspector)
    again = client.post(url("indicator-values", cast), {**table, "checked": mark})
    assert [(cell.before, cell.after) for cell in again.context["plan"].cells] == [("50", "62")]
    assert held(cast) == {"kent": "50"}


def test_a_file_is_read_as_a_table_whatever_program_made_it(cast: Cast) -> None:
    """Percentages and thousands as they are shown; notes and other sheets are named."""
    indicator(cast)
    book = Workbook()
    sheet = book.active
    for row in (["Collected in June"], ["Force", "IN-1"], ["Kent Police", 0.625], ["Nottinghamshire Police", 1204]):
        sheet.append(row)
    sheet["B3"].number_format, sheet["B4"].number_format = "0.0%", "#,##0"
    sheet["B3"].comment = Comment("Provisional.", "Analyst")
    book.create_sheet("Sources").append(["HMIC data collection"])
    made = io.BytesIO()
    book.save(made)
    file = SimpleUploadedFile("values.xlsx", made.getvalue())
    answer = signed_in(cast.lead_inspector).post(url("indicator-values", cast), {"table": "", "upload": file})
    assert [(cell.force.slug, cell.after) for cell in answer.context["plan"].cells] == [
        ("kent", "62.5"),
        ("nottinghamshire", "1204"),
    ]
    for said in ("a note on cell B3: “Provisional.”", "sheet “Sources”"):
        assert said in answer.text


def test_a_file_that_is_no_table_or_a_bomb_is_refused(cast: Cast) -> None:
    indicator(cast)
    client = signed_in(cast.lead_inspector)

    def sent(data: bytes, name: str = "values.csv") -> Any:
        return client.post(url("indicator-values", cast), {"table": "", "upload": SimpleUploadedFile(name, data)})

    plan = sent("Force;Crimes attended\nKent Police;62,5\nNottinghamshire Police;−3.5\n".encode()).context["plan"]
    assert [cell.after for cell in plan.cells] == ["-3.5"]
    assert plan.refused == [(2, "Kent Police, IN-1", "“62,5” is no number. Write it like 62.5.")]
    assert "not a spreadsheet that can be read" in sent(b"PK\x03\x04", "values.xlsx").text
    assert "larger than 1 MB" in sent(b"Force,IN-1\n" + b"x" * 1024 * 1024).text
    assert "more than 500 rows" in sent(b"Force,IN-1\n" + b"Kent,1\n" * 600).text
    assert "begins with the heading “Force”" in sent(b"=cmd,1\nKent,1\n").text
    assert "No indicator has this reference or title: IN-9" in sent(b"Force,IN-1,IN-9\n").text


def test_an_emptied_cell_changes_nothing_and_a_dash_takes_out(cast: Cast) -> None:
    of = indicator(cast)
    by = cast.lead_inspector
    indicators.save_values(cast.inspection, {(cast.kent, of): "50", (cast.nottinghamshire, of): "60"}, by=by)
    plan = values.plan(cast.inspection, "Force,IN-1\nKent,\nNottinghamshire,-\nNorthamptonshire,-")
    assert [(cell.force.slug, cell.after) for cell in plan.cells] == [("nottinghamshire", "-")]
    assert plan.refused == []
    indicators.save_values(cast.inspection, plan.changes, by=by)
    assert held(cast) == {"kent": "50"}


def test_what_a_force_has_in_its_check_is_not_changed_behind_its_back(cast: Cast) -> None:
    of, by = indicator(cast), cast.lead_inspector
    indicators.save_values(cast.inspection, {(cast.northamptonshire, of): "62.0", (cast.kent, of): "1"}, by=by)
    issued(cast)
    plan = values.plan(cast.inspection, "Force,IN-1\nNorthamptonshire,70\nKent,2")
    assert [(cell.force.slug, cell.after) for cell in plan.cells] == [("kent", "2")]
    assert "Northamptonshire Police has its draft" in plan.refused[0][2]
    with pytest.raises(NotAllowed, match="has its draft"):
        indicators.save_indicator(of, seen=_seen(of), **{**ABOUT, "unit": "%"}, by=by)
    with pytest.raises(NotAllowed, match="cannot be removed"):
        indicators.remove_indicator(of, by=by)


def _seen(of: Indicator) -> str:
    from inspections.locking import shown, stamp

    return stamp(shown(of, indicators.FIELDS))


def test_other_words_of_an_indicator_are_a_version_of_each_value(cast: Cast) -> None:
    of, by = indicator(cast), cast.lead_inspector
    indicators.save_values(cast.inspection, {(cast.kent, of): "1"}, by=by)
    indicators.save_indicator(of, seen=_seen(of), **{**ABOUT, "unit": "%"}, by=by)
    entry = NationalEntry.objects.get()
    assert (entry.version, entry.revisions.count()) == (2, 2)
    assert "1 %, year" in entry.text


def test_a_force_with_a_value_stays_in_scope(cast: Cast) -> None:
    of, by = indicator(cast), cast.lead_inspector
    indicators.save_values(cast.inspection, {(cast.kent, of): "1"}, by=by)
    run = people.remove_forces(cast.inspection, [cast.kent, cast.nottinghamshire], by=by)
    assert [row["done"] for row in run.rows] == [False, True]


def test_references_are_counted_for_each_force(cast: Cast) -> None:
    by = cast.lead_inspector
    first = passages.add_passage(cast.inspection, words="Kent Police is good.", by=by)
    second = passages.add_passage(cast.inspection, words="Both are good.", by=by)
    passages.name_force(first, force=cast.kent, reason="Good practice", by=by)
    for force in (cast.kent, cast.nottinghamshire):
        passages.name_force(second, force=force, reason="Good practice", words="It is good.", by=by)
    found = NationalEntry.objects.of_inspection(cast.inspection)
    assert [(each.force.slug, each.reference) for each in found.order_by("force__name", "number")] == [
        ("kent", "NR-1"),
        ("kent", "NR-2"),
        ("nottinghamshire", "NR-1"),
    ]


def test_a_passage_in_the_browser_keeps_what_is_typed(cast: Cast) -> None:
    client = signed_in(cast.lead_inspector)
    client.post(url("passage-add", cast), {"words": "Kent Police does it well."})
    passage = cast.inspection.report_passages.get()
    refused = client.post(url("passage-name", cast, passage.pk), {"force": cast.kent.pk, "reason": "", "words": "Mine"})
    assert refused.status_code == 422
    assert "Mine" in refused.text
    client.post(url("passage-name", cast, passage.pk), {"force": cast.kent.pk, "reason": "Good practice"})
    assert "The passage as it stands" in client.get(url("passage-list", cast)).text
    stale = client.post(url("passage-change", cast, passage.pk), {"words": "Other words.", "seen": "old"})
    assert "Somebody else changed this" in stale.text
    assert "Other words." in stale.text
