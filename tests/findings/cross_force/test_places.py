"""The list of places: who keeps it, and that it stays tidy."""

import pytest
from django.urls import reverse

from findings.cross_force import places
from forces.models import Force, Place
from forces.register import load_register
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import AuditEntry
from tests.cast import Cast
from tests.conftest import signed_in
from tests.findings.drafting.test_finding import post

LIST = reverse("findings:place-list")


@pytest.mark.parametrize("who", ["lead_inspector", "system_admin"])
def test_it_is_kept_in_the_browser(cast: Cast, who: str) -> None:
    user = getattr(cast, who)
    add = reverse("findings:place-add")
    assert "Enter the name" in post(user, add, {"name": "", "force": "kent"}).text
    assert "capital letter" in post(user, add, {"name": "maidstone", "force": "kent"}).text
    assert post(user, add, {"name": " Maid stone ", "force": "kent"}).url == LIST
    place = Place.objects.get()
    change = reverse("findings:place-change", args=[place.pk])
    assert post(user, change, {"name": "Maidstone", "force": "kent"}).url == LIST
    assert "Maidstone" in signed_in(user).get(LIST, {"q": "maid"}).text
    assert "Maidstone" not in signed_in(user).get(LIST, {"q": "xyz"}).text.split("Show all places")[0].replace(
        "xyz", ""
    )
    assert post(user, reverse("findings:place-remove", args=[place.pk])).url == LIST
    assert not Place.objects.exists()
    done = set(AuditEntry.objects.values_list("action", flat=True))
    assert {Action.PLACE_LISTED, Action.PLACE_CHANGED, Action.PLACE_REMOVED} <= done


def test_nobody_else_finds_it(cast: Cast) -> None:
    for name in set(cast.everybody()) - {"lead_inspector", "system_admin"}:
        assert signed_in(cast.everybody()[name]).get(LIST).status_code == 404, name
        with pytest.raises(NotAllowed):
            places.list_place(name="Maidstone", force=cast.kent, by=cast.everybody()[name])


def test_a_place_is_listed_once_for_each_force(cast: Cast) -> None:
    first = places.list_place(name="Newport", force=cast.kent, by=cast.lead_inspector)
    assert places.list_place(name="Newport", force=cast.kent, by=cast.lead_inspector) == first
    other = places.list_place(name="Newport", force=cast.northamptonshire, by=cast.lead_inspector)
    with pytest.raises(NotAllowed, match="already"):
        places.change_place(other, name="Newport", force=cast.kent, by=cast.lead_inspector)


def test_the_register_brings_places_once(db: None) -> None:
    load_register()
    assert Place.objects.count() > 100
    forces = set(Force.objects.values_list("pk", flat=True))
    without = forces - set(Place.objects.values_list("force", flat=True))
    assert {each.slug for each in Force.objects.filter(pk__in=without)} <= {"metropolitan", "city-of-london"}
    Place.objects.filter(name="York").delete()
    load_register()
    assert not Place.objects.filter(name="York").exists()  # the list belongs to those who keep it
