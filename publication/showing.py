"""What the forms of a release show: compared under the release's lock (docs/confirming.md)."""

from hmic_core import confirming
from hmic_core.confirming import Facts, digest
from inspections.models import Release
from letters.models import Letter
from publication import notices
from publication.states import TRANSITIONS

#: Done by the clock or for the whole installation: no form of a release confirms them.
BY_ITSELF = frozenset({"release_due", "adopt"})


@confirming.shows(*sorted(TRANSITIONS.keys() - BY_ITSELF))
def release_shown(release: Release) -> Facts:
    """The release with its instant, its items, its letters, whoever holds a copy, and what the calendar says."""
    letters = Letter.objects.in_release(release).select_related("force")
    items = release.items.select_related("force").order_by("position", "pk")
    said = release.announcements.order_by("-number").first()
    instant = release.embargo_until
    return {
        "The state": release.get_state_display(),
        "The instant": f"{instant:%d %B %Y %H:%M:%S} UTC" if instant else "",
        "The title": release.title,
        "The public calendar": f"{said.title} {said.planned_for}" if said else "",
        **{f"The letter to {each.force}": digest(each.state, each.shown_hash) for each in letters.order_by("pk")},
        **{f"“{each.title}” ({each.get_state_display()})": digest(each.pk, each.content_hash) for each in items},
        **{f"{each} as a recipient": "yes" for each in notices.recipients(release)},
    }
