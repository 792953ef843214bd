"""Which pages there are, who opens each, and the world growing stage by stage behind them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from archive import batches, importing, registration
from demo.models import SentMail, WatchRun
from demo.stages import SLUG
from findings import workflow as findings
from findings.accuracy.force import answers
from findings.models import Finding, Invitation, LateOffer
from forces.models import ForceName
from inspections.models import Release
from letters import renditions
from letters.copies import issuing
from letters.models import Letter
from letters.signing import exclusions, preparation, signatures
from publication.release import additions, calendar
from publication.release import workflow as publication
from tests.cast import LONG_AGO
from tests.publication.ground import REAL, wall
from tests.world import World, answer_in_parts, grow, identifiers, offer_late, raise_point, submit

WORD = "plain"
FORCE = "inspections/<slug:inspection>/forces/<slug:force>/"
FINDING = "inspections/findings/<uuid:pk>/"
THEME = "inspections/<slug:inspection>/themes/<slug:theme>/"
ROUND = "accuracy/<slug:inspection>/<slug:force>/"
CHECK = "check/<uuid:round>/"
LETTERS = "inspections/<slug:inspection>/letters/"
RELEASE = "releases/<uuid:release>/"


@dataclass(frozen=True)
class Page:
    """One page as one person finds it; `empty` is the form to send with nothing typed, `status` what is answered."""

    route: str
    who: str = ""
    query: str = ""
    empty: str = ""
    status: int = 200

    @property
    def label(self) -> str:
        return f"{self.who or 'signed out'} at /{self.route}{self.query}{' sent empty' if self.empty else ''}"


SENT = "main form[method=post]"

SIGNED_OUT = (
    Page("accounts/login/"),
    Page("accounts/login/", empty=SENT),
    Page("accounts/password/reset/"),
    Page("accounts/password/reset/", empty=SENT),
    Page("accounts/password/reset/done/"),
    Page("accounts/password/reset/key/done/"),
    Page("accounts/password/reset/key/1-bad/"),
    Page("accounts/signup/"),
    Page("accounts/inactive/"),
    Page("demo/"),
    Page("demo/mail/"),
    Page("demo/watch/"),
)
ACCOUNT = (
    Page("account/", "inspector"),
    Page("accounts/logout/", "inspector"),
    Page("accounts/reauthenticate/", "inspector"),
    Page("accounts/reauthenticate/", "inspector", empty=SENT),
    Page("accounts/email/", "inspector", status=404),
    Page("accounts/password/change/", "inspector"),
    Page("accounts/2fa/", "inspector"),
    Page("accounts/2fa/totp/activate/", "inspector"),
    Page("accounts/sessions/", "inspector"),
    Page("never/existed/", "inspector", status=404),
)
SETUP = "setup/<slug:inspection>/"
NOTHING_YET = (
    Page("notices/", "inspector"),
    Page("notices/settings/", "inspector"),
    Page("people/", "system_admin"),
    Page("people/", "system_admin", "?q=nobody-of-that-name"),
    Page("people/new/", "system_admin"),
    Page("people/new/", "system_admin", empty=SENT),
    Page("people/<uuid:user>/", "system_admin"),
    Page("people/<uuid:user>/close/", "system_admin"),
    Page("people/<uuid:user>/close/", "system_admin", empty=SENT),
    Page("people/<uuid:user>/reopen/", "system_admin"),
    Page("people/<uuid:user>/second-factor/", "system_admin"),
    Page("people/contacts/<uuid:contact>/verify/", "system_admin"),
    Page("people/contacts/<uuid:contact>/verify/", "system_admin", empty=SENT),
    Page("people/forces/", "system_admin"),
    Page("people/forces/<slug:force>/", "system_admin"),
    Page("people/forces/<slug:force>/post/", "system_admin"),
    Page("people/forces/<slug:force>/post/", "system_admin", empty=SENT),
    Page("people/forces/regions/new/", "system_admin"),
    Page("people/forces/regions/<slug:region>/", "system_admin"),
    Page("people/forces/regions/<slug:region>/", "system_admin", empty=SENT),
    Page("people/forces/regions/<slug:region>/post/", "system_admin"),
    Page("setup/new/", "lead_inspector"),
    Page("setup/new/", "lead_inspector", empty=SENT),
    Page("setup/new/", "admin"),
    Page("fieldwork/", "liaison_officer"),
    Page("my-work/", "inspector"),
    Page("accuracy/", "lead_inspector"),
    Page("check/", "reviewer"),
    Page("signing/", "hmi"),
    Page("our-letters/", "liaison_officer"),
    Page("releases/", "admin"),
    Page("imports/", "admin"),
    Page("imports/", "admin", empty=SENT),
    Page("archive/", "admin"),
    Page(LETTERS, "lead_inspector"),
    Page(FORCE, "inspector"),
)
DRAFTING = (
    Page("my-work/", "inspector"),
    Page("inspections/", "inspector"),
    Page("inspections/<slug:inspection>/", "inspector"),
    Page("inspections/<slug:inspection>/forces/", "lead_inspector"),
    Page(FORCE, "lead_inspector"),
    Page(f"{FORCE}draft/", "inspector"),
    Page(f"{FORCE}draft/", "inspector", empty=SENT),
    Page(f"{FORCE}evidence/add/", "inspector"),
    Page(f"{FORCE}evidence/add/", "inspector", empty=SENT),
    Page("inspections/evidence/<uuid:evidence>/", "inspector"),
    Page("inspections/evidence/<uuid:evidence>/", "hmi"),
    Page("inspections/evidence/files/<uuid:evidence_file>/remove/", "inspector"),
    Page("inspections/evidence/files/<uuid:evidence_file>/remove/", "inspector", empty=SENT),
    Page("inspections/<slug:inspection>/criteria/", "lead_inspector"),
    Page("inspections/<slug:inspection>/criteria/<uuid:criterion>/", "lead_inspector"),
    Page(f"{FORCE}criteria/<uuid:criterion>/", "inspector"),
    Page("inspections/<slug:inspection>/bulk/mark-ready/", "lead_inspector", "?force=kent&force=nottinghamshire"),
    Page("inspections/<slug:inspection>/bulk/send-back/", "lead_inspector", "?force=nottinghamshire"),
    Page("inspections/<slug:inspection>/bulk/remind/", "lead_inspector", "?force=kent"),
    Page("results/<uuid:run>/", "lead_inspector"),
    Page(SETUP, "lead_inspector"),
    Page(f"{SETUP}details/", "lead_inspector"),
    Page(f"{SETUP}details/", "lead_inspector", empty=SENT),
    Page(f"{SETUP}check/", "lead_inspector"),
    Page(f"{SETUP}deadlines/", "lead_inspector"),
    Page(f"{SETUP}themes/", "lead_inspector"),
    Page(f"{SETUP}themes/add/", "lead_inspector"),
    Page(f"{SETUP}themes/<uuid:theme>/", "lead_inspector"),
    Page(f"{SETUP}themes/<uuid:theme>/criteria/add/", "lead_inspector"),
    Page(f"{SETUP}criteria/<uuid:criterion>/", "lead_inspector"),
    Page(f"{SETUP}forces/", "lead_inspector"),
    Page(f"{SETUP}people/", "lead_inspector"),
    Page(f"{SETUP}people/assign/", "lead_inspector"),
    Page(f"{SETUP}people/assign/", "lead_inspector", empty=SENT),
    Page(f"{SETUP}move/cancel/", "lead_inspector"),
    Page(f"{SETUP}move/cancel/", "lead_inspector", empty=SENT),
    Page(f"{SETUP}indicators/", "lead_inspector"),
    Page(f"{SETUP}indicators/add/", "lead_inspector", empty=SENT),
    Page(f"{SETUP}indicators/<uuid:indicator>/", "lead_inspector"),
    Page(f"{SETUP}indicators/values/", "lead_inspector"),
    Page(f"{SETUP}indicators/values/", "lead_inspector", empty=SENT),
    Page(f"{SETUP}passages/", "lead_inspector"),
    Page(f"{SETUP}passages/add/", "lead_inspector", empty=SENT),
    Page(f"{SETUP}passages/<uuid:passage>/", "lead_inspector"),
    Page(f"{SETUP}passages/<uuid:passage>/forces/add/", "lead_inspector", empty=SENT),
    Page(f"{SETUP}passages/forces/<uuid:entry>/", "lead_inspector"),
    Page(FINDING, "inspector"),
    Page(FINDING, "inspector", empty="#finding-form"),
    Page(FINDING, "moderator"),
    Page(FINDING, "moderator", empty="form[action$='/send-back/']"),
    Page(f"{FINDING}send-back/", "moderator"),
    Page(f"{FINDING}comments/", "inspector"),
    Page(f"{FINDING}comments/", "inspector", empty=SENT),
    Page("inspections/comments/<uuid:comment>/reply/", "inspector"),
    Page("inspections/findings/<uuid:discussed>/", "inspector"),
    Page("inspections/findings/<uuid:discussed>/", "inspector", empty="#new-comment form"),
    Page("inspections/findings/<uuid:concern>/", "inspector"),
    Page("inspections/findings/<uuid:discussed>/history/", "moderator"),
    Page(FINDING, "hmi"),
    Page(f"{FINDING}remove/", "lead_inspector"),
    Page(f"{FINDING}remove/", "lead_inspector", empty=SENT),
    Page(f"{FINDING}history/", "inspector", "?before=1&after=2"),
    Page("inspections/refused-saves/<uuid:refused>/", "inspector"),
    Page(ROUND, "lead_inspector"),
    # Across forces
    Page("search/", "inspector"),
    Page("search/", "inspector", "?q=plan"),
    Page("search/", "inspector", "?q=plan&until_day=x"),
    Page("across/", "lead_inspector"),
    Page(f"{THEME}", "moderator"),
    Page(f"{THEME}<slug:force>/note/", "moderator"),
    Page("inspections/<slug:inspection>/consistency/", "moderator"),
    Page(f"{FINDING}warnings/set-aside/", "inspector", "?check=other_force&about=Kent"),
    Page(f"{FINDING}warnings/set-aside/", "inspector", "?check=other_force&about=Kent", empty=SENT),
    Page("inspections/<slug:inspection>/wording/", "moderator"),
    Page("inspections/<slug:inspection>/wording/agree/", "moderator"),
    Page("inspections/<slug:inspection>/wording/agree/", "moderator", empty=SENT),
    Page("inspections/wording/<uuid:wording>/withdraw/", "moderator"),
    Page("inspections/wording/<uuid:wording>/withdraw/", "moderator", empty=SENT),
    Page("places/", "lead_inspector"),
    Page("places/add/", "system_admin"),
    Page("places/add/", "system_admin", empty=SENT),
    Page("places/<uuid:place>/", "lead_inspector"),
    Page("names/", "system_admin"),
    Page("names/add/", "system_admin"),
    Page("names/add/", "system_admin", empty=SENT),
    Page("names/<uuid:alias>/", "system_admin"),
)
ISSUED = (
    Page("accuracy/", "lead_inspector"),
    Page(ROUND, "lead_inspector"),
    Page(f"{ROUND}recall/", "lead_inspector"),
    Page(f"{ROUND}recall/", "lead_inspector", empty=SENT),
    Page("check/", "reviewer"),
    Page(CHECK, "reviewer"),
    Page(CHECK, "chief_officer"),
    Page(f"{CHECK}paragraphs/<uuid:paragraph>/raise/", "reviewer"),
    Page(f"{CHECK}paragraphs/<uuid:paragraph>/raise/", "reviewer", empty="main form[data-keep]"),
    Page(f"{CHECK}copy/", "reviewer"),
    Page("inspections/<slug:inspection>/checks/issue/", "lead_inspector"),
    Page("inspections/<slug:inspection>/checks/", "lead_inspector"),
    Page("accuracy/points/", "lead_inspector"),
    Page(f"{CHECK}raise/", "reviewer"),
    Page(f"{CHECK}log/", "reviewer"),
    Page(f"{CHECK}log/", "reviewer", empty="form[action$='/upload/']"),
    Page(f"{CHECK}people/", "liaison_officer"),
    Page(f"{CHECK}people/", "liaison_officer", empty="form[action$='/invite/']"),
    Page(f"{CHECK}people/", "liaison_officer", empty="form[action$='/paragraphs/']"),
    Page(f"{CHECK}people/", "reviewer"),
    Page(f"{CHECK}people/<uuid:contact>/end/", "liaison_officer"),
    Page(f"{CHECK}more-time/", "liaison_officer"),
    Page(f"{CHECK}more-time/", "liaison_officer", empty="main form[data-keep]"),
    Page("invitations/<uuid:invitation>/", status=404),
    Page(f"{CHECK}submit/", "liaison_officer"),
    Page(f"{CHECK}submit/", "liaison_officer", empty="main form[data-keep]"),
)
ANSWERED_IN_PARTS = (
    Page("check/", "liaison_officer"),
    Page(f"{CHECK}points/<uuid:point>/", "reviewer"),
    Page(f"{CHECK}log/", "liaison_officer"),
    Page(f"{CHECK}log/uploads/<uuid:upload>/", "reviewer"),
    Page("invitations/<uuid:invitation>/"),
    Page("accuracy/extensions/<uuid:extension>/", "lead_inspector"),
)
OFFERED_LATE = (
    Page(f"{CHECK}late/", "liaison_officer"),
    Page(f"{CHECK}late/", "liaison_officer", empty="main form[data-keep]"),
    Page(f"{CHECK}points/<uuid:late>/late/", "liaison_officer"),
    Page("accuracy/late-points/<uuid:offer>/", "lead_inspector"),
    Page(f"{CHECK}log/", "liaison_officer"),
)
POINT_RAISED = (
    Page(CHECK, "reviewer"),
    Page(f"{CHECK}points/<uuid:point>/", "reviewer"),
    Page(f"{CHECK}points/<uuid:point>/withdraw/", "reviewer"),
    Page(f"{CHECK}log/", "reviewer"),
    Page(f"{CHECK}submit/", "liaison_officer"),
)
RESPONDED = (
    # The inspectorate's side
    Page("accuracy/points/", "lead_inspector", "?state=waiting"),
    Page("accuracy/points/<uuid:other_point>/ask/", "lead_inspector"),
    Page("accuracy/points/<uuid:other_point>/ask/", "lead_inspector", empty="main form[data-keep]"),
    Page(f"{CHECK}questions/<uuid:asked>/", "reviewer"),
    Page(f"{CHECK}questions/<uuid:asked>/", "reviewer", empty="main form[data-keep]"),
    Page("inspections/<slug:inspection>/checks/", "lead_inspector", "?by=theme"),
    Page(f"{CHECK}receipt/", "liaison_officer"),
    Page(CHECK, "reviewer"),
    Page("accuracy/", "lead_inspector"),
    Page(ROUND, "lead_inspector"),
    Page("accuracy/points/<uuid:point>/", "lead_inspector"),
    Page("accuracy/points/<uuid:point>/", "lead_inspector", empty="main form[data-keep]"),
)
CLOSED = (
    Page(f"{CHECK}points/<uuid:refused_point>/difference/", "liaison_officer"),
    Page(f"{CHECK}points/<uuid:refused_point>/difference/", "liaison_officer", empty="main form[data-keep]"),
    Page(ROUND, "lead_inspector"),
    Page(f"{ROUND}ledger/", "lead_inspector"),
    Page(f"{ROUND}checks/1/", "lead_inspector"),
    Page("accuracy/points/<uuid:point>/correct/", "lead_inspector"),
    Page("accuracy/points/<uuid:point>/", "lead_inspector"),
    Page(f"{CHECK}decisions/", "liaison_officer"),
    Page(FORCE, "lead_inspector"),
    Page("releases/new/", "admin"),
    Page("releases/new/", "admin", empty=SENT),
)
DRAFT_RELEASE = (
    Page(RELEASE, "admin"),
    Page(f"{RELEASE}schedule/", "admin"),
    Page(f"{RELEASE}schedule/", "admin", empty="main form[data-keep]"),
    Page(f"{RELEASE}report/", "admin"),
    Page(f"{RELEASE}report/", "admin", empty=SENT),
)
# Letters: wording, signatories, proof-reading
LETTER_SETTINGS = (
    Page("wording/", "admin"),
    Page("wording/opening/", "admin"),
    Page("wording/opening/", "admin", empty=SENT),
    Page("wording/letterhead/", "admin"),
    Page("wording/letterhead/", "admin", empty=SENT),
    Page("wording/welsh/", "admin"),
    Page("wording/welsh/", "admin", empty=SENT),
    Page("signatories/<slug:inspection>/", "admin"),
    Page("signatories/<slug:inspection>/", "admin", empty=SENT),
    Page("signatures/<uuid:person_id>/", "hmi"),
    Page("signatures/<uuid:person_id>/", "hmi", empty=SENT),
    Page(f"{LETTERS}sheet/", "lead_inspector"),
    Page("letters/<uuid:letter>/exclusions/", "admin"),
    Page("letters/<uuid:letter>/exclusions/", "admin", empty=SENT),
    Page("letters/<uuid:letter>/exclusions/<uuid:exclusion>/", "admin"),
    Page("letters/<uuid:letter>/exclusions/<uuid:exclusion>/", "admin", empty=SENT),
    Page("letters/<uuid:letter>/checks/other-forces/", "lead_inspector"),
    Page("letters/<uuid:letter>/checks/other-forces/", "lead_inspector", empty=SENT),
    Page("letters/<uuid:letter>/welsh/", "lead_inspector"),
)
#: There is no Welsh letter while a passage is kept from the public.
WELSH = (
    Page("letters/<uuid:letter>/welsh/", "lead_inspector"),
    Page("letters/<uuid:letter>/welsh/", "lead_inspector", empty=SENT),
)
PROOFED = (
    Page("letters/<uuid:letter>/", "lead_inspector"),
    Page("signing/", "hmi"),
    Page("signing/<uuid:letter>/", "hmi"),
)
SIGNED = (
    Page("letters/", "lead_inspector"),
    Page("letters/<uuid:letter>/", "lead_inspector"),
    Page(LETTERS, "lead_inspector"),
    Page("signing/", "hmi"),
    Page(f"{RELEASE}report/", "admin"),
    Page(RELEASE, "admin"),
)
TO_ANNOUNCE = (
    Page(f"{RELEASE}announce/", "admin"),
    Page(f"{RELEASE}announce/", "admin", empty=SENT),
)
SEALED = (
    Page(RELEASE, "second_admin"),
    Page(RELEASE, "second_admin", empty="form[action$='/approve/']"),
    Page(f"{RELEASE}unlock/", "admin"),
)
APPROVED = (
    Page("releases/", "admin"),
    Page(RELEASE, "admin"),
    Page(f"{RELEASE}letters/", "admin"),
    Page(f"{RELEASE}recipients/", "admin"),
    Page(f"{RELEASE}recipients/add/", "admin"),
    Page(f"{RELEASE}recipients/add/", "admin", empty="main form[data-keep]"),
    Page(f"{RELEASE}recipients/<uuid:recipient>/", "admin"),
    Page(f"{RELEASE}recipients/<uuid:recipient>/remove/", "admin"),
    Page(f"{RELEASE}copies/<uuid:copy>/recall/", "admin", empty="main form[data-keep]"),
    Page("which-copy/", "admin"),
    Page("which-copy/", "admin", empty=SENT),
    Page(f"{RELEASE}live/", "admin"),
    Page(f"{RELEASE}rehearsal/", "admin"),
    Page(f"{RELEASE}rehearsal/<uuid:item>/", "admin"),
    Page(f"{RELEASE}audit/", "auditor"),
    Page(f"{RELEASE}hold/", "admin"),
    Page(f"{RELEASE}hold/", "admin", empty=SENT),
    Page(f"{RELEASE}cancel/", "admin"),
    Page(f"{RELEASE}withdraw/", "admin"),
    Page(f"{RELEASE}withdraw/", "admin", empty=SENT),
    Page(f"{RELEASE}items/<uuid:item>/drop/", "admin"),
    Page(f"{RELEASE}reschedule/", "admin"),
    Page(f"{RELEASE}reschedule/", "admin", empty="main form[data-keep]"),
    Page("releases/calendar/", "admin"),
    Page(f"{RELEASE}items/", "admin"),
    Page(f"{RELEASE}items/<uuid:item>/reopen/", "admin"),
    Page(f"{RELEASE}items/<uuid:item>/reopen/", "admin", empty=SENT),
    Page(f"{RELEASE}items/<uuid:item>/replace/", "admin"),
    Page("legal-holds/", "admin"),
    Page("legal-holds/", "admin", empty=SENT),
    Page("legal-holds/<uuid:hold>/lift/", "second_admin"),
    Page("legal-holds/<uuid:hold>/lift/", "second_admin", empty=SENT),
    Page("restored-notices/", "admin"),
    Page("break-glass/", "auditor"),
    Page("break-glass/", "system_admin"),
    Page(f"{RELEASE}break-glass/", "admin"),
    Page(f"{RELEASE}break-glass/", "admin", empty=SENT),
    Page(f"{RELEASE}proof/", "auditor"),
    Page("audit/", "auditor"),
    Page("our-letters/", "liaison_officer"),
    Page("our-letters/<uuid:copy>/", "liaison_officer"),
    Page("demo/watch/", "liaison_officer"),
    Page("demo/mail/", "liaison_officer"),
)
ACCEPTED = (Page("our-letters/<uuid:copy>/", "liaison_officer"),)
HELD = (
    Page(RELEASE, "admin"),
    Page(f"{RELEASE}live/", "admin"),
)
MOVED = (
    Page(RELEASE, "admin"),
    Page("signing/", "hmi"),
    Page("our-letters/<uuid:copy>/", "liaison_officer"),
)
IMPORTED = (
    Page("imports/<uuid:imported>/", "admin"),
    Page("imports/<uuid:imported>/correct/", "admin"),
    Page("imports/batches/<uuid:batch>/", "admin"),
    Page("archive/imports/<uuid:imported>/", "admin"),
)
PUT_FORWARD = (
    Page("archive/", "second_admin"),
    Page("archive/<uuid:archived>/", "second_admin"),
)
ARCHIVED = (
    Page("archive/<uuid:archived>/", "admin"),
    Page("imports/<uuid:imported>/reopen/", "admin"),
    Page("imports/<uuid:imported>/reopen/", "admin", empty=SENT),
    Page("archive/imports/<uuid:imported>/correct/", "admin"),
    Page("releases/<uuid:archived>/items/", "admin"),
    Page("releases/<uuid:archived>/items/add/", "admin"),
    Page("releases/<uuid:archived>/items/add/", "admin", empty=SENT),
    Page("releases/<uuid:archived>/items/<uuid:past_page>/correct/", "admin"),
    Page("releases/<uuid:archived>/items/<uuid:past_page>/correct/", "admin", empty=SENT),
    Page("releases/<uuid:archived>/items/<uuid:past_item>/withdraw/", "admin"),
    Page("releases/<uuid:archived>/items/<uuid:past_item>/withdraw/", "admin", empty=SENT),
)
PROPOSED = (
    Page("releases/<uuid:archived>/items/", "second_admin"),
    Page("releases/<uuid:archived>/items/<uuid:proposed>/proposal/", "second_admin"),
    Page("releases/<uuid:archived>/items/<uuid:proposed>/refuse/", "second_admin"),
    Page("releases/<uuid:archived>/items/<uuid:proposed>/refuse/", "second_admin", empty=SENT),
)
#: Where the address of a page says what its route leaves open.
FILLED_IN = {"/move/cancel/": "/move/<slug:verb>/", "/bulk/mark-ready/": "/bulk/<slug:verb>/"}
FILLED_IN |= {
    "/checks/1/": "/checks/<int:number>/",
    "wording/opening/": "wording/<slug:kind>/",
    "/checks/other-forces/": "/checks/<slug:code>/",
}
#: Where a route of ours names a thing otherwise than this module does, which tells one thing from another.
SAME_ROUTE = {
    "alias": "place",
    "refused": "pk",
    "archived": "release",
    "past_item": "item",
    "past_page": "item",
    "proposed": "item",
    "other_point": "point",
    "refused_point": "point",
    "late": "point",
    "discussed": "pk",
    "concern": "pk",
    "comment": "pk",
}


@dataclass
class Ground:
    """The world and what else pages need."""

    world: World
    extra: dict[str, Any] = field(default_factory=dict)

    def address(self, page: Page) -> str:
        names = {**identifiers(self.world), "pk": self.world.findings and self.world.findings[0].pk, **self.extra}
        # A theme is named by its prefix across forces, by its identifier in setting up.
        address = page.route.replace("<slug:theme>", "pc")
        for name, value in names.items():
            address = address.replace(f"<uuid:{name}>", str(value)).replace(f"<slug:{name}>", str(value))
        assert "<" not in address, f"nothing is there yet for {page.label}: {address}"
        assert "None" not in address, f"nothing is there yet for {page.label}: {address}"
        return f"/{address}{page.query}"


def every_page(ground: Ground) -> Iterator[tuple[str, Page]]:
    """Each page at a moment when there is something to see, with the part it belongs to; the world grows on the way."""
    parts = {"drafting": _draft_pages, "check": _check, "letters": _release, "publication": _publish_and_archive}
    for part, pages in parts.items():
        yield from ((part, page) for page in pages(ground))


def _draft_pages(ground: Ground) -> Iterator[Page]:
    yield from (*_begin(ground), *NOTHING_YET)
    yield from (*_draft(ground), *DRAFTING)


def _publish_and_archive(ground: Ground) -> Iterator[Page]:
    yield from _publish(ground)
    yield from _archive(ground)


def _begin(ground: Ground) -> tuple[Page, ...]:
    """As in a demonstration, so that its guide bar stands on every page."""
    cast = ground.world.cast
    cast.inspection.slug = SLUG
    cast.inspection.save()
    cast.inspector.set_password("of-these-tests-only")
    cast.inspector.save()
    return (*SIGNED_OUT, *ACCOUNT)


def _draft(ground: Ground) -> tuple[Page, ...]:
    world, cast = ground.world, ground.world.cast
    grow(world, "drafting")
    words = {"kind": "finding", "basis": "Documents", "by": cast.inspector}
    drafted = findings.draft_finding(
        inspection=cast.inspection, force=cast.nottinghamshire, theme=cast.themes[0], text="One.\n\nTwo.", **words
    )
    findings.save_finding(
        drafted, text="One, theirs, as in Kent.\n\nTwo.", version=1, **{**words, "by": cast.second_inspector}
    )
    try:
        findings.save_finding(drafted, text="One.\n\nTwo, mine.", version=1, **words)
    except findings.Stale as stale:
        kept = findings.keep_refused_save(stale, text="One.\n\nTwo, mine.", version=1, **words)
    # It names another force, which stops it: as it could stand before there was a check.
    Finding.objects.filter(pk=drafted.pk).update(state=Finding.State.READY)
    ground.extra |= {"pk": drafted.pk, "refused": kept.pk, "discussed": world.findings[0].pk}
    concern = findings.draft_finding(
        inspection=cast.inspection, force=cast.nottinghamshire, theme=cast.themes[1], text="A concern.", **words
    )
    Finding.objects.filter(pk=concern.pk).update(kind="cause_of_concern")
    alias, _ = ForceName.objects.get_or_create(
        force=cast.kent, name="KP", is_alias=True, defaults={"starts_on": LONG_AGO}
    )
    ground.extra |= {"concern": concern.pk, "alias": alias.pk}
    return ()


def _check(ground: Ground) -> Iterator[Page]:
    world = ground.world
    grow(world, "issued")
    ground.extra["invitation"] = world.round and world.round.pk  # no invitation has this identifier
    yield from ISSUED
    raise_point(world)
    yield from POINT_RAISED
    assert world.round is not None
    cast = world.cast
    other = answers.raise_point(
        world.round, paragraph=None, kind="left_out", quoted="", proposed="", explanation="A plan.", by=cast.reviewer
    )
    ground.extra |= {"other_point": other.pk, "refused_point": other.pk}
    answer_in_parts(world)
    ground.extra["invitation"] = Invitation.objects.get().pk
    yield from ANSWERED_IN_PARTS
    submit(world)
    offer_late(world)
    ground.extra["late"] = LateOffer.objects.get().point_id
    yield from OFFERED_LATE
    yield from RESPONDED
    grow(world, "closed")
    yield from CLOSED


def _release(ground: Ground) -> Iterator[Page]:
    world, cast = ground.world, ground.world.cast
    draft = publication.create_release(inspection=cast.inspection, title="To come", by=cast.admin)
    ground.extra["release"] = draft.pk
    yield from DRAFT_RELEASE
    publication.cancel(draft, reason="Not needed", by=cast.admin)
    del ground.extra["release"]
    grow(world, "signed")
    assert world.letter is not None
    signatures.void_signature(Letter.objects.get(pk=world.letter.pk), reason="A name was wrong")
    preparation.proof_letter(Letter.objects.get(pk=world.letter.pk), by=cast.lead_inspector)
    yield from _letter_settings(ground)
    yield from PROOFED
    letter = Letter.objects.get(pk=world.letter.pk)
    world.letter = signatures.sign_letter(letter, expected_hash=letter.content_hash, by=cast.hmi)
    for variant in ("embargoed", "final"):
        renditions.rendition(world.letter, variant)
    yield from SIGNED


def _letter_settings(ground: Ground) -> Iterator[Page]:
    """A passage kept from the public and another force's name, for as long as these pages are looked at."""
    world = ground.world
    assert world.letter is not None
    letter = Letter.objects.get(pk=world.letter.pk)
    kept = exclusions.exclude_passage(
        letter, reference="FT-1", words="has a plan", ground="safety", reason="A person", by=world.cast.admin
    )
    names = ForceName.objects.create(
        force=world.cast.kent, name="has a plan for this", is_alias=True, starts_on=letter.letter_date
    )
    ground.extra["exclusion"] = kept.pk
    yield from LETTER_SETTINGS
    names.delete()
    exclusions.include_passage(kept, Letter.objects.get(pk=letter.pk), reason="Looked at", by=world.cast.admin)
    yield from WELSH
    if Letter.objects.get(pk=letter.pk).state == Letter.State.ASSEMBLED:
        preparation.proof_letter(Letter.objects.get(pk=letter.pk), by=world.cast.lead_inspector)


def _publish(ground: Ground) -> Iterator[Page]:
    world, cast = ground.world, ground.world.cast
    assert world.release is not None
    release = Release.objects.get(pk=world.release.pk)
    calendar.announce(release, title="Announced", by=cast.admin)
    yield from TO_ANNOUNCE
    release.refresh_from_db()
    publication.seal(release, version=release.version, by=cast.admin)
    yield from SEALED
    publication.unseal(Release.objects.get(pk=release.pk), by=cast.admin)
    grow(world, "approved")
    WatchRun.objects.create(number=1, step="Approved", release=world.release)
    SentMail.objects.create(to="reviewer@cast.example", subject="A draft waits for you", body="http://localhost:8001/")
    copy = next(copy for copy in world.copies if copy.contact.user == cast.liaison_officer)
    ground.extra["copy"] = copy.pk
    yield from APPROVED
    issuing.acknowledge(copy, by=cast.liaison_officer)
    yield from ACCEPTED
    publication.hold(Release.objects.get(pk=release.pk), reason="A figure is wrong", by=cast.admin)
    yield from HELD
    publication.reschedule(
        Release.objects.get(pk=release.pk),
        wall=wall(90_000),
        zone="Europe/London",
        reason="Later",
        public_reason="Later",
        by=cast.admin,
    )
    yield from MOVED


def _archive(ground: Ground) -> Iterator[Page]:
    cast = ground.world.cast
    imported = importing.read_upload(REAL.read_bytes(), REAL.name, by=cast.admin)
    batch = batches.make_batch([(REAL.read_bytes(), REAL.name), (b"x", "other.bin")], by=cast.admin)
    for row in batches.unread(batch):
        batches.read_file(row.pk)
    ground.extra |= {"imported": imported.pk, "batch": batch.pk}
    yield from IMPORTED
    imported = importing.accept_as_read(imported, by=cast.admin)
    past = registration.propose_archive(imported, by=cast.admin)
    ground.extra |= {"archived": past.pk, "past_item": past.items.get(kind="letter").pk}
    yield from PUT_FORWARD
    registration.confirm_archive(Release.objects.get(pk=past.pk), by=cast.second_admin)
    ground.extra["past_page"] = past.items.get(kind="inspection").pk
    yield from ARCHIVED
    proposed = additions.add_item(
        Release.objects.get(pk=past.pk),
        kind="update",
        force=past.items.get(kind="letter").force,
        title="What changed",
        markdown="It tests its plan now.",
        author="The force",
        by=cast.admin,
    )
    ground.extra["proposed"] = proposed.pk
    yield from PROPOSED


LISTED = (
    *SIGNED_OUT,
    *ACCOUNT,
    *NOTHING_YET,
    *DRAFTING,
    *ISSUED,
    *POINT_RAISED,
    *ANSWERED_IN_PARTS,
    *OFFERED_LATE,
    *RESPONDED,
    *CLOSED,
    *DRAFT_RELEASE,
    *LETTER_SETTINGS,
    *WELSH,
    *PROOFED,
    *SIGNED,
    *SEALED,
    *APPROVED,
    *ACCEPTED,
    *HELD,
    *MOVED,
    *IMPORTED,
    *PUT_FORWARD,
    *TO_ANNOUNCE,
    *ARCHIVED,
    *PROPOSED,
)
