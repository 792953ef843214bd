"""Each force's factual accuracy check: its frozen paragraphs, and who read them."""

from typing import Any, ClassVar, Self
from uuid import UUID

from django.db import models
from django.db.models import Q

from findings.models.coverage import assigned
from findings.models.finding import Finding, Revision
from forces.models import Contact, Force
from hmic_core.models import Identified, Notice, StoredFile, User
from inspections.models import Inspection, NationalEntry, NationalRevision


def spoken_for(user: User) -> models.QuerySet[Any]:
    """The forces whose draft `user` may read today: as liaison officer, reviewer, chief officer or staff officer."""
    capacity = Contact.Capacity
    readers = [capacity.LIAISON_OFFICER, capacity.REVIEWER, capacity.CHIEF_OFFICER, capacity.STAFF_OFFICER]
    return Contact.objects.speaking_for(user).filter(capacity__in=readers).values("force")


class RoundQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        """Rounds that an inspector's assignments cover; for a force's people those sent to their force.

        A round in preparation, or recalled, does not exist for the force.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        sent = ~Q(state__in=[Round.State.PREPARING, Round.State.RECALLED])
        return self.filter(assigned(user, theme=None) | (sent & Q(force__in=spoken_for(user))))

    def for_force(self, user: User) -> Self:
        """Only what `user` sees as one of the force's own people."""
        sent = ~Q(state__in=[Round.State.PREPARING, Round.State.RECALLED])
        return self.filter(sent, force__in=spoken_for(user)) if user.is_authenticated else self.none()

    def answered_by(self, user: User) -> Self:
        """Recalled ones too, for what the force itself wrote: its points, their files, its receipts. Not the draft."""
        sent = ~Q(state=Round.State.PREPARING)
        return self.filter(sent, force__in=spoken_for(user)) if user.is_authenticated else self.none()


class Round(Identified):
    """One issue-and-answer of the factual accuracy check for one force."""

    class State(models.TextChoices):
        PREPARING = "preparing", "Preparing"
        ISSUED = "issued", "With the force"
        RESPONDED = "responded", "Response received"
        NO_INACCURACIES = "no_inaccuracies", "No inaccuracies"
        NO_RESPONSE = "no_response", "No response received"
        DECIDED = "decided", "Every point decided"
        CLOSED = "closed", "Closed"
        RECALLED = "recalled", "Recalled"

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="rounds")
    force = models.ForeignKey(Force, on_delete=models.PROTECT, related_name="rounds")
    number = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=20, choices=State, default=State.PREPARING)
    issued_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(null=True)
    #: The notice to the liaison officer: the clock starts when it was really sent (domain.md, rule 3).
    notice = models.ForeignKey(Notice, null=True, on_delete=models.PROTECT, related_name="+")
    #: SHA-256 of the frozen copy, and of the response as it was submitted.
    copy_hash = models.CharField(max_length=64, blank=True)
    response_hash = models.CharField(max_length=64, blank=True)
    submitted_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    #: The chief officer who authorised the response, as the liaison officer names them.
    authorised_by = models.CharField(max_length=120, blank=True)
    #: Working days that granted extensions have added to those of the inspection.
    extra_days = models.PositiveSmallIntegerField(default=0)
    #: The receipt as PDF, once a worker has made it.
    receipt = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    closed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    #: Why words that the force has not seen may stand (domain.md, rule 9). Which words: see `Waiver`.
    unseen_waiver = models.TextField(blank=True)
    #: A short round that shows only the words that came in after the force looked.
    is_second_look = models.BooleanField(default=False)

    objects: ClassVar[RoundQuerySet] = RoundQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["inspection", "force", "number"], name="round_number_once"),
            models.CheckConstraint(
                name="round_state_known",
                condition=Q(
                    state__in=[
                        "preparing",
                        "issued",
                        "responded",
                        "no_inaccuracies",
                        "no_response",
                        "decided",
                        "closed",
                        "recalled",
                    ]
                ),
            ),
            models.UniqueConstraint(
                fields=["inspection", "force"], name="round_one_open", condition=~Q(state__in=["closed", "recalled"])
            ),
        ]

    @property
    def extensions_asked(self) -> models.QuerySet[Any]:
        """Requests for more time that nobody has answered."""
        return self.extensions.filter(state="asked")

    @property
    def points_offered_late(self) -> models.QuerySet[Any]:
        """Points offered late that nobody has answered."""
        return self.points.filter(late_offer__state="offered").select_related("late_offer")


class Paragraph(Identified):
    """What the force was shown of one finding, indicator or passage: frozen with its reference, at one exact revision.

    It is of a finding or of a national entry, never of both.
    """

    #: What a query joins to read `now`.
    SUBJECTS: ClassVar[tuple[str, ...]] = ("finding__theme", "national__indicator", "national__passage")

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="paragraphs")
    position = models.PositiveSmallIntegerField()
    reference = models.CharField(max_length=12)
    theme_title = models.CharField(max_length=150)
    theme_question = models.CharField(max_length=400)
    kind = models.CharField(max_length=20)
    text = models.TextField()
    basis = models.TextField(blank=True)
    finding = models.ForeignKey(Finding, null=True, on_delete=models.PROTECT, related_name="paragraphs")
    revision = models.ForeignKey(Revision, null=True, on_delete=models.PROTECT, related_name="+")
    national = models.ForeignKey(NationalEntry, null=True, on_delete=models.PROTECT, related_name="paragraphs")
    national_revision = models.ForeignKey(NationalRevision, null=True, on_delete=models.PROTECT, related_name="+")
    #: Who had settled these words when they were sent: they do not decide on them where that is asked for.
    moderated_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    #: In a second look, what the force knew of this paragraph before it.
    known_text = models.TextField(blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["round", "position"], name="paragraph_position_once"),
            models.CheckConstraint(
                name="paragraph_of_one_thing",
                condition=Q(finding__isnull=False, revision__isnull=False, national=None, national_revision=None)
                | Q(finding=None, revision=None, national__isnull=False, national_revision__isnull=False),
            ),
        ]

    @property
    def subject(self) -> Finding | NationalEntry:
        """The finding, indicator or passage as it is in the workspace."""
        found = self.finding or self.national
        assert found is not None  # noqa: S101
        return found

    @property
    def subject_id(self) -> UUID:
        found = self.finding_id or self.national_id
        assert found is not None  # noqa: S101
        return found

    @property
    def now(self) -> str:
        """Its words as they stand in the workspace; never a force's to read."""
        return self.subject.text

    @property
    def kind_label(self) -> str:
        """What kind of finding it is, where it is more than a plain one."""
        if self.national_id or self.kind == Finding.Kind.FINDING:
            return ""
        return str(Finding.Kind(self.kind).label)


class ParagraphCheck(Identified):
    """Somebody of the force marked a paragraph as checked: reading, apart from raising points."""

    paragraph = models.ForeignKey(Paragraph, on_delete=models.CASCADE, related_name="checks")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["paragraph"], name="paragraph_checked_once")]


class RoundOpening(Identified):
    """A person of the force opened the draft for the first time, by signing in."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="openings")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "by"], name="opening_once")]
