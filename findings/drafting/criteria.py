"""Criteria: what is answered for each force, which findings carry it, and what that comes to over all forces."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import OuterRef, Prefetch

from findings import permissions
from findings.models import AnswerRevision, CriterionAnswer, Finding
from findings.permissions import Coverage
from forces.models import Force
from hmic_core import audit, clock, errors
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.files import digest
from hmic_core.models import User
from inspections.models import Criterion, ForceInScope, Inspection, Theme

Answer = CriterionAnswer.Answer
#: How a force stands that has no answer yet.
NOT_ANSWERED = "not_answered"
LABELS = {**dict(Answer.choices), NOT_ANSWERED: "Not answered yet"}
TONES = {Answer.YES: "ok", Answer.PARTLY: "warn", Answer.NO: "stop", Answer.NOT_ASSESSED: "none", NOT_ANSWERED: "none"}


class Stale(errors.Stale):
    """Somebody answered in between; `theirs` is what stands now."""

    def __init__(self, theirs: CriterionAnswer) -> None:
        super().__init__(
            f"{theirs.by} answered this while you were writing: {theirs.get_answer_display().lower()}. Your answer is "
            "still in the form. Save again to replace theirs."
        )
        self.theirs = theirs


@transaction.atomic
def answer_criterion(
    criterion: Criterion,
    force: Force,
    *,
    answer: str,
    note: str,
    findings: Iterable[Finding],
    version: int,
    by: User,
) -> CriterionAnswer:
    """Answer a criterion for a force, or answer it anew. `version`: of the answer that was shown, 0 for none.

    Yes, partly and no may be carried by findings of the same force and theme. Raises `Stale` when somebody answered in
    between; the same answer again changes nothing.
    """
    theme = Theme.objects.select_related("inspection").get(pk=criterion.theme_id)
    if not permissions.can_draft(by, theme.inspection, force, theme):
        raise NotAllowed(f"You are not assigned to answer for {force} under this theme.")
    if theme.inspection.state in (Inspection.State.CLOSED, Inspection.State.CANCELLED):
        raise NotAllowed(
            f"This inspection is {theme.inspection.get_state_display().lower()}: nothing changes any more."
        )
    if answer not in Answer.values:
        raise NotAllowed("Choose yes, partly, no or not assessed.")
    carried = sorted(findings, key=lambda each: str(each.pk))
    if any((each.force_id, each.theme_id) != (force.pk, theme.pk) for each in carried):
        raise NotAllowed("An answer is carried by findings of the same force and theme.")
    # The lock that drafting takes too; also what keeps two first answers apart.
    if not ForceInScope.objects.select_for_update().filter(inspection=theme.inspection, force=force).exists():
        raise NotAllowed(f"{force} is not in the scope of this inspection.")
    return _keep(criterion, force, theme, answer, note.strip(), carried, version, by)


def _keep(
    criterion: Criterion,
    force: Force,
    theme: Theme,
    answer: str,
    note: str,
    carried: list[Finding],
    version: int,
    by: User,
) -> CriterionAnswer:
    kept: CriterionAnswer | None = (
        CriterionAnswer.objects.filter(criterion=criterion, force=force).select_related("by").first()
    )
    keys = [str(each.pk) for each in carried]
    if kept and (kept.answer, kept.note, _keys(kept)) == (answer, note, keys):
        return kept
    if (kept.version if kept else 0) != version:
        raise Stale(kept) if kept else NotAllowed("This answer is gone. Open the force’s page again.")
    if kept is None:
        kept = CriterionAnswer(inspection=theme.inspection, criterion=criterion, force=force, version=0)
    kept.answer, kept.note, kept.by, kept.at = answer, note, by, clock.now()
    kept.version += 1
    kept.save()
    kept.findings.set(carried)
    AnswerRevision.objects.create(
        answer=kept, version=kept.version, value=answer, note=note, findings=keys, by=by, at=kept.at
    )
    audit.record(
        Action.CRITERION_ANSWERED,
        by,
        kept,
        force=force.slug,
        criterion=criterion.pk,
        version=kept.version,
        findings=keys,
        answer_sha256=digest(f"{answer}\0{note}".encode()),
    )
    return kept


def _keys(answer: CriterionAnswer) -> list[str]:
    return sorted(str(pk) for pk in answer.findings.values_list("pk", flat=True))


# One force


@dataclass
class Asked:
    """A criterion as it stands for one force."""

    criterion: Criterion
    answer: CriterionAnswer | None
    #: The keys of the findings that carry it; those that the page has are shown by reference.
    carried: list[UUID] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def code(self) -> str:
        return self.answer.answer if self.answer else NOT_ANSWERED

    @property
    def label(self) -> str:
        return LABELS[self.code]

    @property
    def tone(self) -> str:
        return TONES[self.code]

    @property
    def uncarried(self) -> bool:
        """Answered yes, partly or no with no finding to show for it."""
        return self.code in (Answer.YES, Answer.PARTLY, Answer.NO) and not self.carried


def of_force(inspection: Inspection, force: Force) -> dict[UUID, list[Asked]]:
    """Theme -> its criteria in order, with this force's answers. The caller has asked what its reader covers."""
    answers = CriterionAnswer.objects.filter(force=force).select_related("by").annotate(carried=_carried())
    asked = Criterion.objects.filter(theme__inspection=inspection).select_related("theme")
    found: dict[UUID, list[Asked]] = {}
    for each in asked.prefetch_related(Prefetch("answers", answers, to_attr="given")):
        given: CriterionAnswer | None = each.given[0] if each.given else None
        carried = list(given.carried) if given else []  # type: ignore[attr-defined]
        found.setdefault(each.theme_id, []).append(Asked(each, given, carried))
    return found


def _carried() -> ArraySubquery:
    """The keys of the findings that carry an answer and were not removed since."""
    links = CriterionAnswer.findings.through._default_manager.filter(criterionanswer=OuterRef("pk"))
    standing = links.exclude(finding__state=Finding.State.REMOVED)
    return ArraySubquery(standing.order_by("finding__position").values("finding"))


# All forces


@dataclass
class Line:
    """One force's answer to one criterion."""

    force: Force
    asked: Asked
    #: Whether the reader may answer it.
    may: bool = False


@dataclass
class Summary:
    """One criterion over all forces that the reader covers."""

    criterion: Criterion
    lines: list[Line]

    @property
    def counts(self) -> dict[str, int]:
        """Answer -> how many forces."""
        found = dict.fromkeys([*Answer.values, NOT_ANSWERED], 0)
        for line in self.lines:
            found[line.asked.code] += 1
        return found

    @property
    def total(self) -> int:
        return len(self.lines)

    @property
    def answered(self) -> int:
        return self.total - self.counts[NOT_ANSWERED]

    @property
    def carried(self) -> int:
        """How many answers of yes, partly or no are carried by a finding."""
        return sum(bool(line.asked.carried) for line in self.lines)

    @property
    def to_carry(self) -> int:
        return sum(line.asked.code in (Answer.YES, Answer.PARTLY, Answer.NO) for line in self.lines)

    @property
    def parts(self) -> list[tuple[str, str, str, int]]:
        """(code, label, tone, how many forces), in the order of the answers."""
        return [(code, LABELS[code], TONES[code], number) for code, number in self.counts.items()]

    def showing(self, code: str) -> list[Line]:
        return [line for line in self.lines if line.asked.code == code] if code in LABELS else self.lines


def over_all_forces(
    inspection: Inspection, user: User, coverage: Coverage, *, only: UUID | None = None
) -> list[tuple[Theme, list[Summary]]]:
    """Each theme with its criteria over the forces that `user` covers, in four queries whatever there is."""
    themes = list(inspection.themes.prefetch_related("criteria"))
    forces = list(Force.objects.filter(scope__inspection=inspection).order_by("name"))
    visible = CriterionAnswer.objects.visible_to(user).filter(inspection=inspection)
    if only:
        visible = visible.filter(criterion=only)
    answers = {
        (each.criterion_id, each.force_id): each for each in visible.select_related("by").annotate(carried=_carried())
    }
    found = []
    for theme in themes:
        covered = [force for force in forces if coverage.covers(force.pk, theme.pk)]
        criteria = [each for each in theme.criteria.all() if only in (None, each.pk)]
        for each in criteria:
            each.theme = theme
        if covered and criteria:
            found.append((theme, [_summary(each, covered, answers) for each in criteria]))
    return found


def _summary(criterion: Criterion, forces: list[Force], answers: Mapping[Any, Any]) -> Summary:
    lines = []
    for force in forces:
        given = answers.get((criterion.pk, force.pk))
        lines.append(Line(force, Asked(criterion, given, list(given.carried) if given else [])))
    return Summary(criterion, lines)


def name_findings(summaries: Iterable[Summary], user: User) -> None:
    """Put the findings themselves beside their keys: one query for all of them."""
    asked = [line.asked for summary in summaries for line in summary.lines]
    keys = {key for each in asked for key in each.carried}
    known = {each.pk: each for each in Finding.objects.visible_to(user).filter(pk__in=keys).select_related("theme")}
    for each in asked:
        each.findings = [known[key] for key in each.carried if key in known]


def in_use(criterion: Criterion) -> str:
    """Why a criterion can't be changed or removed; empty while nobody has answered it."""
    number = CriterionAnswer.objects.filter(criterion=criterion).count()
    return f"It is answered for {number} force{'' if number == 1 else 's'} already." if number else ""
