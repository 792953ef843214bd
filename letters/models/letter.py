"""Letters, who signs them, and their rendered PDFs."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from findings.models import assigned
from forces.models import Force, Person
from hmic_core import clock
from hmic_core.accounts import access
from hmic_core.models import Dated, Identified, StoredFile, User
from inspections.models import Inspection, Release, ReleaseItem


class Letterhead(Identified, Dated):
    """The inspectorate's name and address at the head of its letters, as they were in some time."""

    name = models.CharField(max_length=120)
    short_name = models.CharField(max_length=20)
    #: As printed: "6th Floor | Globe House | 89 Eccleston Square | London SW1V 1PN"
    address = models.CharField(max_length=250)
    recorded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(null=True)


class Signatory(Identified, Dated):
    """Who signs a force's letter for an inspection: the region's HM Inspector unless somebody else is assigned."""

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="signatories")
    force = models.ForeignKey(Force, on_delete=models.CASCADE, related_name="signatories")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="signatures")
    post_title = models.CharField(max_length=80)
    region_name = models.CharField(max_length=80, blank=True)
    is_deputy = models.BooleanField(default=False)
    #: The demonstration's made-up assignments say so.
    invented = models.BooleanField(default=False)


def _signs(user: User) -> Q:
    """Letters whose signatory `user` is, unless that assignment has ended (it may begin with the letter's date), and
    those of forces for which `user` is today the signatory's deputy.
    """
    lasts = Q(signatory__ends_on=None) | Q(signatory__ends_on__gte=clock.Today())
    deputies = Signatory.objects.on(clock.Today()).filter(
        is_deputy=True, person__user=user, inspection=OuterRef("inspection"), force=OuterRef("force")
    )
    return (Q(signatory__person__user=user) & lasts) | Q(Exists(deputies))


def _left() -> "models.QuerySet[ReleaseItem]":
    """The item by which a letter left its release."""
    return ReleaseItem.objects.left().filter(
        release=OuterRef("release"), kind=ReleaseItem.Kind.LETTER, source_id=OuterRef("pk")
    )


class LetterQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        """The working side of letters: people assigned to the inspection, the signatory, publication admins.

        A force's people see letters only as copies that were issued to them (`Copy.objects.visible_to`).
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if access.is_publication_admin(user):
            return self
        return self.filter(_signs(user) | Q(assigned(user, theme=None)))

    def to_be_signed_by(self, user: User) -> Self:
        return self.filter(_signs(user))

    def in_release(self, release: Release | None = None) -> Self:
        """The letters of a release: one for each force, without those that were dropped from it or withdrawn.

        Whoever counts, renders, checks, freezes or hands out a release's letters asks this. Without `release`: the
        letters that are part of whichever release they belong to. What a release has ever held is `ever_of`.
        """
        found = self.not_left().exclude(state=Letter.State.SUPERSEDED)
        return found if release is None else found.filter(release=release)

    def not_left(self) -> Self:
        """Neither dropped from their release nor withdrawn; a letter that was superseded since is among them."""
        return self.filter(~Exists(_left()))

    def with_left(self) -> Self:
        """Each with `has_left`: whether it was dropped from its release or withdrawn."""
        return self.annotate(has_left=Exists(_left()))

    def ever_of(self, release: Release) -> Self:
        """Every letter that a release holds or held, for its record: dropped, withdrawn and superseded ones too."""
        return self.filter(release=release)


class Letter(Identified):
    """A force's final findings as a letter. `content` is the canonical data of `letters.document`: what is signed."""

    class State(models.TextChoices):
        ASSEMBLED = "assembled", "Assembled"
        PROOFED = "proofed", "Proof-read"
        SIGNED = "signed", "Signed"
        ISSUED = "issued", "Issued under embargo"
        SUPERSEDED = "superseded", "Superseded"

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="letters")
    force = models.ForeignKey(Force, on_delete=models.PROTECT, related_name="letters")
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="letters")
    signatory = models.ForeignKey(Signatory, on_delete=models.PROTECT, related_name="letters")
    state = models.CharField(max_length=20, choices=State, default=State.ASSEMBLED)
    version = models.PositiveIntegerField(default=1)
    letter_date = models.DateField()
    content = models.JSONField()
    #: SHA-256 of the canonical data with the instant and the letter's date as named placeholders.
    content_hash = models.CharField(max_length=64)
    assembled_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    assembled_at = models.DateTimeField()
    proofed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    proofed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(null=True)
    #: What was signed. It counts only while it equals `content_hash`.
    signed_hash = models.CharField(max_length=64, blank=True)
    #: The instant whose wording the signatory has confirmed.
    confirmed_instant = models.DateTimeField(null=True)
    #: SHA-256 of the version for the public; equal to `content_hash` (or empty) unless passages are excluded.
    public_hash = models.CharField(max_length=64, blank=True)
    #: The picture of the signature as it was when the letter was signed (its hash is part of the PDF's key), and the
    #: line under a deputy's. Known only once the letter is signed, so no part of what is signed.
    ink = models.ForeignKey("letters.SignatureImage", null=True, on_delete=models.PROTECT, related_name="+")
    ink_hash = models.CharField(max_length=64, blank=True)
    signed_for = models.CharField(max_length=300, blank=True)

    objects: ClassVar[LetterQuerySet] = LetterQuerySet.as_manager()  # type: ignore[assignment]

    @property
    def has_exclusions(self) -> bool:
        """Whether the public gets another version than the force."""
        return self.public_hash not in ("", self.content_hash)

    @property
    def shown_hash(self) -> str:
        """What a signatory was shown: the words, and where it differs, the version for the public."""
        return f"{self.content_hash}:{self.public_hash}" if self.has_exclusions else self.content_hash

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["inspection", "force"], name="letter_one_current", condition=~Q(state="superseded")
            ),
            models.CheckConstraint(
                name="letter_state_known",
                condition=Q(state__in=["assembled", "proofed", "signed", "issued", "superseded"]),
            ),
            models.CheckConstraint(
                name="letter_signed_is_its_text",
                condition=~Q(state__in=["signed", "issued"])
                | Q(signed_hash=models.F("content_hash"), signed_at__isnull=False),
            ),
        ]


class Rendition(Identified):
    """One rendered PDF in the content-addressed store: the same input is never rendered twice."""

    class Variant(models.TextChoices):
        DRAFT = "draft", "Draft"
        EMBARGOED = "embargoed", "Embargoed copy"
        FINAL = "final", "Final"

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="renditions")
    variant = models.CharField(max_length=10, choices=Variant)
    language = models.CharField(max_length=2, default="en")
    #: SHA-256 of the canonical data, the placeholders' values, the variant, template, styles, fonts and versions.
    key = models.CharField(max_length=64, unique=True)
    embargo_until = models.DateTimeField(null=True)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    pages = models.PositiveSmallIntegerField()
    problems = models.JSONField(default=list)
    #: A picture of the first page, for the contact sheet; none where the machine cannot draw pages.
    picture = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    rendered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="rendition_variant_known", condition=Q(variant__in=["draft", "embargoed", "final"])
            )
        ]

    @property
    def kind_words(self) -> str:
        """ "PDF, 4 pages", as lists of files say it."""
        return f"PDF, {self.pages} page{'' if self.pages == 1 else 's'}"
