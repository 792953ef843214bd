"""Each rule of who sees which rows, asked directly of everybody, and the walk of those who work beside the words.

`WHO_SEES` has a row for each `visible_to` (and `for_force`) that there is, `WHO_FINDS` for each source of the search: a
new one fails here until somebody has written down whom it is for. `tests/test_broken_copies.py` breaks each of them.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Model, QuerySet
from django.test import Client

from findings.cross_force.search import query
from findings.models import Comment, Finding
from hmic_core.models import Notice, User
from inspections.models import Assignment, Criterion, Inspection
from tests.cast import LONG_AGO, Cast
from tests.conftest import signed_in
from tests.probes.test_leaks import CANARY, addresses, one_reader, said
from tests.world import World, grow, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files_in_a_temporary_folder")]

TEAM = {"inspector", "second_inspector", "lead_inspector", "moderator", "hmi"}
ADMINS = {"admin", "second_admin"}
READERS = {"liaison_officer", "reviewer", "chief_officer"}

#: Who sees Northamptonshire's rows; of rows that belong to a theme, those of its first one. Nobody else does.
WHO_SEES: dict[str, set[str]] = {
    "hmic_core.Notice.visible_to": {"lead_inspector"},
    "inspections.Inspection.visible_to": TEAM | ADMINS | {"other_force", "other_theme"},
    "inspections.Release.visible_to": ADMINS | {"auditor"},
    "inspections.BulkRun.visible_to": {"lead_inspector"},
    "findings.Finding.visible_to": TEAM,
    "findings.CriterionAnswer.visible_to": TEAM,
    "findings.ModeratorNote.visible_to": TEAM,
    "findings.CommonWording.visible_to": TEAM | {"other_force"},
    "findings.Evidence.visible_to": TEAM | {"other_theme"},
    "findings.EvidenceFile.visible_to": TEAM | {"other_theme"},
    "findings.Round.visible_to": TEAM | READERS | {"other_theme"},
    "findings.Round.for_force": READERS,
    "letters.Letter.visible_to": TEAM | ADMINS | {"other_theme"},
    "letters.Copy.visible_to": {"liaison_officer", "chief_officer"},
    "publication.BreakGlassGrant.visible_to": ADMINS | {"auditor", "system_admin"},
}
#: The same of what the search looks through, by the source's key.
WHO_FINDS: dict[str, set[str]] = {
    "findings": TEAM,
    "evidence": TEAM | {"other_theme"},
    "comments": TEAM,
    "criteria": TEAM | {"other_force"},
    "answers": TEAM,
    "points": TEAM,
    "letters": TEAM | ADMINS | {"other_theme"},
}


def rules() -> Iterator[tuple[str, type[Model], str]]:
    """Every rule there is: its name here, its model, and the method of the model's queryset."""
    for model in apps.get_models():
        for method in ("visible_to", "for_force"):
            if hasattr(model._default_manager.all(), method):
                yield f"{model._meta.app_label}.{model.__name__}.{method}", model, method


def strangers(cast: Cast) -> dict[str, User]:
    """People who work beside the words: on another force, on another theme of this one, on another inspection."""
    role = Assignment.Role
    other = Inspection.objects.create(title="Another", short_title="Another", slug="another", state="drafting")
    about: dict[str, dict[str, Any]] = {
        "other_force": {"inspection": cast.inspection, "role": role.INSPECTOR, "force": cast.kent},
        "other_theme": {
            "inspection": cast.inspection,
            "role": role.INSPECTOR,
            "force": cast.northamptonshire,
            "theme": cast.themes[1],
        },
        "elsewhere": {"inspection": other, "role": role.LEAD_INSPECTOR},
    }
    made = {name: User.objects.create_user(f"{name}@cast.example", name) for name in about}
    for name, user in made.items():
        Assignment.objects.create(user=user, starts_on=LONG_AGO, **about[name])
    return made


def who_sees(rows: "dict[str, QuerySet[Any]]", model: type[Model], world: World) -> set[str]:
    """Of everybody, those among whose rows is one of the world's."""
    own: dict[type[Model], dict[str, Any]] = {
        Finding: {"pk": world.findings[0].pk},
        Comment: {"finding": world.findings[0]},
        Criterion: {"pk": world.criterion and world.criterion.pk},
        Inspection: {"pk": world.cast.inspection.pk},
        Notice: {"recipient": world.cast.lead_inspector},
    }
    return {name for name, theirs in rows.items() if theirs.filter(**own.get(model, {})).exists()}


def everybody(cast: Cast) -> dict[str, User]:
    return {**cast.everybody(), **strangers(cast)}


def test_each_rule_shows_rows_to_whom_they_are_for(cast: Cast) -> None:
    world = make_world(cast, CANARY)
    people = everybody(cast)
    seen = {
        name: who_sees({who: getattr(model._default_manager, rule)(user) for who, user in people.items()}, model, world)  # type: ignore[attr-defined]
        for name, model, rule in rules()
    }
    assert seen == WHO_SEES
    found = {
        source.key: who_sees(
            {who: source.visible(user) for who, user in people.items()}, source.visible(cast.admin).model, world
        )
        for source in query.sources()
    }
    assert found == WHO_FINDS


def meets(client: Client, address: str, world: World, who: str, looked_for: str = "") -> bool:
    """Whether an answer holds the word that is hidden from one of the strangers, or the words that are looked for."""
    words = said(client, address)
    if looked_for:
        return looked_for in words
    if who == "other_force":
        return world.word in words.replace(world.of_all_forces, "")
    if who == "other_theme":
        return world.of_one_theme in words or world.of_all_forces in words
    return world.word in words


def test_who_works_beside_the_words_meets_none(cast: Cast) -> None:
    """Until the draft is sent, for who works on another theme: the frozen copy and the letter are read as a whole.

    Letters of before this system are for everybody who leads an inspection: these are public since long.
    """
    world = make_world(cast, CANARY, "drafting")
    clients = {who: signed_in(user) for who, user in strangers(cast).items()}
    met = []
    for stage, names in (("drafting", ["other_theme"]), ("approved", ["other_force", "elsewhere"])):
        grow(world, stage)
        with one_reader():
            for who in names:
                walked = (at for at, _ in addresses(world, read=True) if not at.startswith("/imports/"))
                met += [(who, at) for at in walked if meets(clients[who], at, world, who)]
    assert met == []
