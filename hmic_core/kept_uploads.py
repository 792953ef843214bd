"""Files that were chosen in a form which could not be taken: kept with the form, for their sender alone.

A browser never fills a file box again. So the good files of a refused form wait on the server, under the address of the
form and the name of its field, and are ticked in the form the next time it is shown. `hmic_core.files.store` takes a
waiting file over instead of writing the same bytes again.
"""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile

from hmic_core import files
from hmic_core.models import KeptUpload
from hmic_core.request_cache import current_form

#: Bytes, name and content type of a file that may be kept.
Good = tuple[bytes, str, str]


def waiting(field: str) -> list[KeptUpload]:
    """The files that wait for a field of the form that is shown, in the order in which they were chosen."""
    form = current_form()
    if form is None or not form.person.is_authenticated:
        return []
    mine = KeptUpload.objects.filter(by=form.person, address=form.address, field=field)
    return list(mine.select_related("file").order_by("at", "pk"))


def keep(field: str, good: Sequence[Good]) -> None:
    """Let just these files wait for a field of the form that was sent; what waits already is not written again."""
    form = current_form()
    if form is None or not form.person.is_authenticated:
        return
    there = {(each.file.sha256, each.file.name): each for each in waiting(field)}
    for data, name, content_type in good:
        if there.pop((files.digest(data), name[:255]), None) is None:
            stored = files.write(data, name, content_type, form.person)
            KeptUpload.objects.create(by=form.person, address=form.address, field=field, file=stored)
    KeptUpload.objects.filter(pk__in=[each.pk for each in there.values()]).delete()


class KeepingFileInput(forms.FileInput):
    """A file box that goes on with the files that wait for it, as far as they are still ticked."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        chosen = [each for each in files.getlist(name) if each] if hasattr(files, "getlist") else []
        ticked = set(data.getlist(f"{name}_kept")) if hasattr(data, "getlist") else set()
        if not self.allow_multiple_selected:
            return chosen[0] if chosen else next(iter(_ticked(name, ticked)), None)
        return [*_ticked(name, ticked), *chosen]


class KeepingFilesInput(KeepingFileInput):
    """The same for several files at once."""

    allow_multiple_selected = True


def _ticked(field: str, ticked: set[str]) -> list[UploadedFile]:
    if not ticked:
        return []
    found = [each.file for each in waiting(field) if str(each.pk) in ticked]
    return [SimpleUploadedFile(each.name, files.read(each.key), each.content_type) for each in found]


def fit(fields: dict[str, forms.Field]) -> None:
    """Give every plain file box of a form the memory of its files."""
    for field in fields.values():
        if isinstance(field, forms.FileField) and type(field.widget) in (forms.FileInput, forms.ClearableFileInput):
            widget = KeepingFileInput(attrs=field.widget.attrs)
            widget.is_required = field.widget.is_required
            field.widget = widget


def keep_those_of(form: forms.BaseForm) -> None:
    """Keep the good files of a form that was sent and not taken."""
    for name, field in form.fields.items():
        if isinstance(field.widget, KeepingFileInput):
            keep(form.add_prefix(name), _good(field, getattr(form, "cleaned_data", {}).get(name)))


def _good(field: Any, cleaned: Any) -> Sequence[Good]:
    if hasattr(field, "good"):
        found: Sequence[Good] = field.good
        return found
    if not isinstance(cleaned, UploadedFile):
        return []
    cleaned.seek(0)
    return [(cleaned.read(), cleaned.name or "file", cleaned.content_type or "")]
