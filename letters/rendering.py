"""Which PDFs of letters are wanted, and asking the workers for them."""

from collections.abc import Iterable

from celery import signature
from django.db import transaction

from hmic_core.asking import ask
from inspections.models import Release
from letters import renditions
from letters.document.languages import LANGUAGE
from letters.document.parts import Variant
from letters.models import Letter, Translation


def variants_needed(letter: Letter) -> list[Variant]:
    """A signed letter goes out embargoed, then final; before that there is a draft to look at."""
    if letter.state in (Letter.State.SIGNED, Letter.State.ISSUED):
        return [Variant.EMBARGOED, Variant.FINAL]
    return [Variant.DRAFT] if letter.state != Letter.State.SUPERSEDED else []


def render_later(letter: Letter, variants: Iterable[Variant] | None = None) -> None:
    """Ask the workers for these variants (by default those needed) once the present transaction is committed.

    A broker that is away loses the request, not the verb: `render_missing` asks again.
    """
    for variant in variants_needed(letter) if variants is None else variants:
        _ask_after_commit(str(letter.pk), str(variant))


def render_welsh_later(letter: Letter) -> None:
    """The same for the letter's Welsh version."""
    for variant in variants_needed(letter):
        _ask_after_commit(str(letter.pk), str(variant), "cy")


def _ask_after_commit(letter_id: str, variant: str, *language: str) -> None:
    transaction.on_commit(lambda: ask(signature("letters.tasks.render"), letter_id, variant, *language), robust=True)


def render_release(release: Release) -> int:
    """Ask for every variant that any letter of the release needs; returns how many letters."""
    letters = list(_letters(release))
    for letter in letters:
        render_later(letter)
    return len(letters)


def ensure_renditions(release: Release) -> int:
    """Ask only for what is missing and has not failed; returns how many PDFs are still being prepared."""
    missing, _ = standing(_letters(release))
    for letter, variant in missing:
        render_later(letter, [variant])
    for letter in lacking(release):
        render_welsh_later(letter)
    return len(missing)


def retry_failed(release: Release) -> int:
    """Ask again for what could not be rendered, and for nothing else; returns how many PDFs."""
    _, failed = standing(_letters(release))
    for letter, variant in failed:
        renditions.forget_problem(letter, variant)
        render_later(letter, [variant])
    return len(failed)


def standing(letters: Iterable[Letter]) -> tuple[list[renditions.Wanted], list[renditions.Wanted]]:
    """What these letters still lack: what is being prepared, and what could not be rendered."""
    wanted = [(letter, variant) for letter in letters for variant in variants_needed(letter)]
    found, problems = renditions.standing(wanted)
    lacking = [(letter, variant) for letter, variant in wanted if (letter.pk, variant) not in found]
    failed = [(letter, variant) for letter, variant in lacking if (letter.pk, variant) in problems]
    return [each for each in lacking if each not in failed], failed


def _letters(release: Release) -> Iterable[Letter]:
    return Letter.objects.in_release(release).select_related("release", "inspection", "force")


def lacking(release: Release) -> list[Letter]:
    """Letters of the release whose Welsh version is entered and not rendered as it now stands."""
    entered = Translation.objects.current().filter(letter__in=Letter.objects.in_release(release))
    entered = entered.select_related("letter__release", "letter__force")
    letters = [each.letter for each in entered if each.translates == each.letter.content_hash]
    return [
        letter
        for letter in letters
        if any(renditions.find(letter, variant, LANGUAGE) is None for variant in variants_needed(letter))
    ]
