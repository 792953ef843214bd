"""The Welsh version of a letter beside the English one, for the forces that need it.

It is entered text by text beside the English, signed by its own hash, rendered and released with the letter. Other
English words need another translation: then the old one counts for nothing, its signature neither.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction

from forces.models import Force
from hmic_core import audit, clock
from hmic_core.accounts import access
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import User
from letters import permissions, renditions
from letters.document import building, filling, parts
from letters.document.languages import LANGUAGE
from letters.document.parts import LetterDocument, Variant
from letters.document.wording import PLACEHOLDER, PUBLICATION_SENTENCE
from letters.models import Letter, Rendition, Translation, WelshForce
from letters.states import State, locked, record, scheduled
from letters.versions import document_of, values_of

SIGNED = (State.SIGNED, State.ISSUED)


@dataclass(frozen=True)
class Slot:
    """One text of the letter to be translated: what it is, and its English."""

    key: str
    label: str
    english: str

    @property
    def rows(self) -> int:
        return max(1, min(12, len(self.english) // 70 + 1))


def needed(force: Force, day: Any) -> bool:
    """Whether the force's letters of that day go out in Welsh too."""
    return bool(WelshForce.objects.on(day).filter(force=force).exists())


@transaction.atomic
def need_welsh(force: Force, *, starts_on: dt.date, by: User) -> WelshForce:
    """From that letter date on, the force's letters go out in Welsh too. Again changes nothing."""
    _check_admin(by)
    kept: WelshForce | None = WelshForce.objects.on(starts_on).filter(force=force).first()
    if kept is None:
        kept = WelshForce.objects.create(force=force, starts_on=starts_on)
        audit.record(Action.WELSH_NEEDED, by, kept, force=force.slug, starts_on=starts_on)
    return kept


@transaction.atomic
def end_welsh(kept: WelshForce, *, by: User) -> None:
    """From today on the force's letters need no Welsh version."""
    _check_admin(by)
    kept.ends_on = max(kept.starts_on, clock.today()) - dt.timedelta(days=1)
    kept.save(update_fields=["ends_on"])
    audit.record(Action.WELSH_NOT_NEEDED, by, kept, force=kept.force.slug)


def _check_admin(by: User) -> None:
    if not access.is_publication_admin(by):
        raise NotAllowed("Only a publication admin decides which letters go out in Welsh.")


def slots(english: LetterDocument) -> list[Slot]:
    """Every text that has to be said in Welsh, in the order of the letter. Names stay as they are."""
    found = [
        Slot("signatory_post", "The signatory’s post", english.signatory.post),
        Slot("signatory_region", "The signatory’s region", english.signatory.region),
        Slot("addressee_post", "The addressee’s post", english.addressee.post),
        Slot("salutation", "Salutation", english.addressee.salutation),
        Slot("subject", "Subject", english.subject),
        *(Slot(f"opening_{n}", "Opening paragraph", words) for n, words in enumerate(english.opening)),
        *(Slot(f"question_{theme.prefix}", f"Question: {theme.title}", theme.question) for theme in english.themes),
        Slot("publication", "Embargo paragraph", english.publication),
        Slot("accuracy", "Accuracy paragraph", english.accuracy),
        *(Slot(f"context_{n}", "Paragraph", words) for n, words in enumerate(english.context)),
        Slot("lead_in", "Line before the findings", english.lead_in),
    ]
    for theme in english.themes:
        found.append(Slot(f"title_{theme.prefix}", "Heading", theme.title))
        found += [Slot(f"finding_{each.reference}", each.reference, each.markdown) for each in theme.findings]
    found += [Slot(f"closing_{n}", "Closing paragraph", words) for n, words in enumerate(english.closing)]
    found.append(Slot("valediction", "Valediction", english.valediction))
    for n, each in enumerate(english.differences):
        found.append(Slot(f"annex_force_{n}", f"Annex {n + 1}: the force says", "\n\n".join(each.force_says)))
        found.append(Slot(f"annex_reason_{n}", f"Annex {n + 1}: our reason", "\n\n".join(each.reason)))
    found += [Slot(f"role_{n}", f"Role of {each.name}", each.role) for n, each in enumerate(english.copied_to)]
    return [slot for slot in found if slot.english]


def problems(slot: Slot, words: str) -> list[str]:
    """What keeps these words from being this text in Welsh, as sentences for beside the field."""
    if not words.strip():
        return [f"Enter the Welsh of “{slot.english[:60]}”" + ("…" if len(slot.english) > 60 else "")]
    if slot.key.startswith("finding_"):
        return []
    wanted, given = set(PLACEHOLDER.findall(slot.english)), set(PLACEHOLDER.findall(words))
    if wanted - given:
        return [f"Keep {PUBLICATION_SENTENCE} where the date and time stand: it is filled in Welsh"]
    if given - wanted:
        return ["Nothing can fill a placeholder here. Write the words out"]
    return []


def translated(english: LetterDocument, texts: Mapping[str, str]) -> LetterDocument:
    """The Welsh letter. Raises NotAllowed for a text that is missing or cannot be printed."""
    for slot in slots(english):
        if wrong := problems(slot, texts.get(slot.key, "")):
            raise NotAllowed(f"{slot.label}: {wrong[0]}.")

    def say(key: str, otherwise: str = "") -> str:
        return texts.get(key, otherwise).replace("\r\n", "\n").strip()

    welsh = replace(
        english,
        language=LANGUAGE,
        signatory=replace(english.signatory, post=say("signatory_post"), region=say("signatory_region")),
        addressee=replace(english.addressee, post=say("addressee_post"), salutation=say("salutation")),
        subject=say("subject"),
        former_titles=(),
        opening=tuple(say(f"opening_{n}") for n in range(len(english.opening))),
        publication=say("publication"),
        accuracy=say("accuracy"),
        context=tuple(say(f"context_{n}") for n in range(len(english.context))),
        lead_in=say("lead_in"),
        closing=tuple(say(f"closing_{n}") for n in range(len(english.closing))),
        valediction=say("valediction"),
        copied_to=tuple(replace(each, role=say(f"role_{n}")) for n, each in enumerate(english.copied_to)),
        differences=tuple(
            replace(each, force_says=(say(f"annex_force_{n}"),), reason=(say(f"annex_reason_{n}"),))
            for n, each in enumerate(english.differences)
        ),
        themes=tuple(
            replace(
                theme,
                title=say(f"title_{theme.prefix}"),
                question=say(f"question_{theme.prefix}"),
                findings=tuple(replace(each, markdown=say(f"finding_{each.reference}")) for each in theme.findings),
            )
            for theme in english.themes
        ),
    )
    try:
        return building.build(building.to_json(welsh))
    except (parts.LetterIncomplete, ValueError) as error:
        raise NotAllowed(str(error)) from None


def texts_of(translation: Translation) -> dict[str, str]:
    """What was entered, by slot."""
    return {slot.key: slot.english for slot in slots(building.from_json(translation.content))}


@transaction.atomic
def enter_welsh(letter: Letter, *, texts: Mapping[str, str], by: User) -> Translation:
    """Keep the letter's Welsh version. An earlier one stays on the record; neither it nor its signature counts."""
    scheduled(letter.release, letter.force)
    letter = locked(letter)
    if not permissions.can_assemble(by, letter.inspection, letter.force):
        raise NotAllowed("Only the lead inspector or a publication admin enters the Welsh version.")
    if letter.has_exclusions:
        raise NotAllowed(
            "Passages of this letter are kept from the public, and their Welsh would not be. Lift the exclusions, or "
            "publish this letter in English."
        )
    made = translated(document_of(letter), texts)
    now = clock.now()
    Translation.objects.current().filter(letter=letter).update(replaced_at=now)
    kept: Translation = Translation.objects.create(
        letter=letter,
        content=building.to_json(made),
        content_hash=building.content_hash(made),
        translates=letter.content_hash,
        entered_by=by,
        entered_at=now,
    )
    record(Action.TRANSLATION_ENTERED, letter, by, welsh=kept.content_hash)
    _render(letter)
    return kept


@transaction.atomic
def sign_welsh(letter: Letter, *, expected_hash: str, by: User) -> Translation:
    """Sign the Welsh version of a letter that is signed. The caller has re-authenticated `by`."""
    scheduled(letter.release, letter.force)
    letter = locked(letter)
    if not permissions.can_sign(by, letter):
        raise NotAllowed(f"This letter is signed by {letter.signatory.person.name} and by nobody else.")
    if letter.state not in SIGNED:
        raise NotAllowed("Sign the English letter first, then its Welsh version.")
    kept = current(letter)
    if kept is None or kept.content_hash != expected_hash:
        raise NotAllowed("The Welsh version has changed since you opened it. Read it again, then sign.")
    kept.signed_by, kept.signed_at, kept.signed_hash = by, clock.now(), kept.content_hash
    kept.save()
    record(Action.TRANSLATION_SIGNED, letter, by, welsh=kept.content_hash)
    _render(letter)
    return kept


def current(letter: Letter) -> Translation | None:
    """The Welsh version of the letter's present words, if there is one.

    Where passages are kept from the public there is none: the Welsh says them too, whenever it was entered.
    """
    if letter.has_exclusions:
        return None
    found: Translation | None = (
        Translation.objects.current().filter(letter=letter, translates=letter.content_hash).first()
    )
    return found


def view_of(letter: Letter, translation: Translation, variant: Variant) -> dict[str, Any]:
    """As `letters/_letter_body.html` prints it."""
    try:
        return filling.frozen(building.from_json(translation.content), values_of(letter), variant)
    except parts.LetterIncomplete as error:
        raise NotAllowed(str(error)) from None


def unready(letters: Iterable[Letter]) -> list[str]:
    """What keeps these letters from going out in Welsh where they have to, one sentence a force."""
    by_force = {letter.force_id: letter for letter in letters}
    if not by_force:
        return []
    days = {letter.letter_date for letter in by_force.values()}
    needs = {day: set(WelshForce.objects.on(day).values_list("force_id", flat=True)) for day in days}
    kept = {each.letter_id: each for each in Translation.objects.current().filter(letter__in=by_force.values())}
    welsh = [letter for letter in by_force.values() if letter.force_id in needs[letter.letter_date]]
    return sorted(f"{letter.force.name}: {why}" for letter in welsh if (why := _lacks(letter, kept.get(letter.pk))))


def _lacks(letter: Letter, translation: Translation | None) -> str:
    if letter.has_exclusions:
        return "passages are kept from the public, so it cannot go out in Welsh"
    if translation is None or translation.translates != letter.content_hash:
        return "no Welsh version of its present words"
    if not translation.signed_hash:
        return "the Welsh version is not signed"
    made = renditions.find(letter, Variant.FINAL, LANGUAGE)
    if made is None:
        return "the Welsh PDF is not rendered"
    return "the validator found problems in the Welsh PDF" if made.problems else ""


def final_rendition(letter: Letter) -> Rendition | None:
    """The Welsh PDF that becomes public with the letter; None where it has no signed Welsh version."""
    kept = current(letter)
    return renditions.find(letter, Variant.FINAL, LANGUAGE) if kept and kept.signed_hash else None


def _render(letter: Letter) -> None:
    from letters.rendering import render_welsh_later

    render_welsh_later(letter)
