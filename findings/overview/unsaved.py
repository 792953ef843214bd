"""What somebody wrote that is kept and not saved: working copies, refused saves, files. Read by its writer alone.

What only a browser keeps is added to the same list by its script (`static/js/keep.js`).
"""

import datetime as dt
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.text import Truncator

from findings.models import Finding, RefusedSave, WorkingCopy
from hmic_core.models import KeptUpload, User
from hmic_core.text.markdown import plain_words

KINDS = dict(Finding.Kind.choices)


@dataclass(frozen=True)
class Item:
    """One thing that is kept: what it is, what it belongs to, its first words, since when, and the way back."""

    what: str
    about: str
    words: str
    at: dt.datetime
    url: str


@dataclass
class Kept:
    """Everything that waits to be saved, the newest first, and what was thrown away and can be put back."""

    waiting: list[Item] = field(default_factory=list)
    thrown_away: list[Item] = field(default_factory=list)


def kept(user: User) -> Kept:
    """All of it, in three queries whatever there is."""
    found = Kept()
    related = ("finding__theme", "inspection", "force", "theme")
    for copy in WorkingCopy.objects.seen_by(user).select_related(*related):
        if copy.discarded_at:
            found.thrown_away.append(_copy(copy, reverse("findings:copy-put-back", args=[copy.pk])))
        elif copy.closed_at is None and _says_more(copy):
            found.waiting.append(_copy(copy, _editor(copy)))
    refused = RefusedSave.objects.filter(by=user, settled_at=None, finding__in=Finding.objects.visible_to(user))
    found.waiting += [_refused(each) for each in refused.select_related("finding__theme", "finding__force")]
    found.waiting += _files(user)
    found.waiting.sort(key=lambda item: item.at, reverse=True)
    return found


def _says_more(copy: WorkingCopy) -> bool:
    """Whether it holds words that are not what is saved."""
    words = (copy.text.strip(), copy.basis.strip(), copy.kind)
    if copy.finding is None:
        return bool(words[0] or words[1] or copy.more.get("evidence_note") or copy.more.get("evidence_source"))
    return words != (copy.finding.text, copy.finding.basis, copy.finding.kind)


def _copy(copy: WorkingCopy, url: str) -> Item:
    theme = copy.finding.theme if copy.finding else copy.theme
    new = f"New {KINDS.get(copy.kind, 'finding').lower()}, not saved"
    what = f"{copy.finding.reference}, changed and not saved" if copy.finding else new
    about = f"{copy.force}, {theme.title if theme else 'no theme chosen'} · {copy.inspection}"
    words = copy.text or copy.basis or copy.more.get("evidence_note") or copy.more.get("evidence_source", "")
    return Item(what, about, _beginning(words), copy.saved_at, url)


def _editor(copy: WorkingCopy) -> str:
    if copy.finding_id:
        return f"{reverse('findings:finding-show', args=[copy.finding_id])}?copy={copy.pk}"
    place = reverse("findings:finding-draft", args=[copy.inspection.slug, copy.force.slug])
    return f"{place}?copy={copy.pk}"


def _refused(refused: RefusedSave) -> Item:
    finding = refused.finding
    about = f"{finding.force}, {finding.theme.title}"
    url = reverse("findings:conflict-show", args=[refused.pk])
    return Item(f"{finding.reference}, a save that was refused", about, _beginning(refused.text), refused.at, url)


def _files(user: User) -> list[Item]:
    """The files that wait with each form."""
    forms: dict[str, list[KeptUpload]] = {}
    for each in KeptUpload.objects.filter(by=user).select_related("file").order_by("at"):
        forms.setdefault(each.address, []).append(each)
    what = "Files of a form that was not saved"
    return [Item(what, "", ", ".join(each.file.name for each in of), of[-1].at, url) for url, of in forms.items()]


def _beginning(words: str) -> str:
    return Truncator(plain_words(words[:2000])).words(18)
