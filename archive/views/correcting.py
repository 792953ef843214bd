"""An import corrected by hand: what the form shows at first, and what of it has changed."""

from datetime import UTC
from typing import Any

from django.http import QueryDict
from django.utils.dateparse import parse_date, parse_datetime

from archive.body import body_text
from archive.forms import CorrectionForm
from archive.models import ImportedLetter
from forces.models import Force
from hmic_core.clock import LONDON

_PLAIN = (
    "inspection", "addressee_title", "addressee", "addressee_honours", "addressee_post", "salutation", "subject",
    "signatory", "signatory_honours", "signatory_post", "region",
)  # fmt: skip


def form(imported: ImportedLetter, data: QueryDict | None) -> CorrectionForm:
    result = imported.result
    instant = parse_datetime(result["embargo_until"] or "")
    initial = {
        **{name: result[name] or "" for name in _PLAIN},
        "force": result["force"] or "",
        "letter_date": parse_date(result["letter_date"] or ""),
        "embargo": instant.astimezone(LONDON).replace(tzinfo=None) if instant else None,
        "body": body_text(result),
        "version": imported.version,
    }
    names = list(Force.objects.order_by("name").values_list("name", flat=True))
    return CorrectionForm(data, initial=initial, forces=names)


def arguments(imported: ImportedLetter, form: CorrectionForm) -> dict[str, Any]:
    """The arguments of `importing.correct`: only fields whose value is another than the one that stands."""
    given = form.cleaned_data
    fields: dict[str, Any] = {name: given[name] or None for name in _PLAIN if given[name] != form.initial[name]}
    if given["force"] != form.initial["force"]:
        fields |= {"force": given["force"] or None, "force_known": bool(given["force"])}
    if given["letter_date"] != form.initial["letter_date"]:
        fields["letter_date"] = given["letter_date"].isoformat() if given["letter_date"] else None
    if given["embargo"] != form.initial["embargo"]:
        fields |= _instant(given["embargo"])
    return {
        "fields": fields,
        "text": given["body"],
        "version": given["version"],
        "words_change": given["words_change"],
    }


def _instant(wall: Any) -> dict[str, Any]:
    if wall is None:
        return {"embargo_until": None, "embargo_local": None}
    local = wall.replace(tzinfo=LONDON)
    return {
        "embargo_until": f"{local.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "embargo_local": f"{local:%A} {local.day} {local:%B} {local.year} at {local:%H:%M}, Europe/London",
    }
