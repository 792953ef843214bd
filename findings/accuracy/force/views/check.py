"""The force's side of the factual accuracy check: home, draft, log, answer. Fetched through `Round.objects.for_force`.

What a force reads is its frozen copy. No evidence, no working copy and no name of an inspector who decides is here.
"""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from findings.accuracy.contact import contact_words
from findings.accuracy.draft import draft_of, outcomes
from findings.accuracy.force import answers, extensions, invitations
from findings.accuracy.force.forms import LogUploadForm
from findings.accuracy.force.views import check_page, readers, summary
from findings.accuracy.force.views.fetching import answered_round, answered_rounds, own_round, to_draft, waiting_uploads
from findings.accuracy.forms import SubmitForm
from findings.fetching import reader
from findings.models import Round
from findings.permissions import FORCE_READER
from forces.models import Post
from hmic_core import clock, confirming
from hmic_core.accounts.policies import policy
from hmic_core.errors import NotAllowed


@require_safe
@policy(FORCE_READER)
def home(request: HttpRequest) -> HttpResponse:
    """What the force has to do now: the newest check first, earlier ones listed under it."""
    rounds = list(answered_rounds(request).order_by("-issued_at"))
    if not rounds:
        return render(request, "findings/check_none.html", {"contact": contact_words(None)})
    round = next((each for each in rounds if each.state == Round.State.ISSUED), rounds[0])
    context = check_page.frame(request, round, draft_of(round, with_files=False), "check-home")
    context |= summary.whole(round, rounds)
    if context["is_recalled"]:
        return render(request, "findings/check_recalled.html", context)
    lookers = readers.people(round, context["draft"], invitations.people(round.force))
    context |= {"people": lookers, "extension": extensions.latest(round)}
    context["mine"] = next((each for each in lookers if each.contact.user_id == request.user.pk and each.given), None)
    return render(request, "findings/check_home.html", context)


@require_safe
@policy(FORCE_READER)
def draft(request: HttpRequest, round: UUID) -> HttpResponse:
    """The frozen draft. The first reading by each person is noted: a receipt, nothing else changes."""
    found = own_round(request, round)
    answers.open_round(found, by=reader(request))
    return render(
        request, "findings/check_draft.html", check_page.frame(request, found, draft_of(found), "check-draft")
    )


@require_POST
@policy(FORCE_READER)
def paragraph_check(request: HttpRequest, round: UUID, paragraph: UUID) -> HttpResponse:
    found = get_object_or_404(own_round(request, round).paragraphs, pk=paragraph)
    answers.check_paragraph(found, by=reader(request))
    return to_draft(found.round_id, found.reference.lower())


@require_safe
@policy(FORCE_READER)
def log(request: HttpRequest, round: UUID) -> HttpResponse:
    """Every point of the force in one table, and how to finish. Of a recalled check too: the points are its own."""
    found = answered_round(request, round)
    context = check_page.frame(request, found, draft_of(found), "check-log")
    show = request.GET.get("show", "")
    context |= check_page.log_rows(context["draft"], show, request.user)
    context |= {"upload_form": LogUploadForm(), "waiting": waiting_uploads(found)}
    return render(request, "findings/check_log.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@policy(FORCE_READER)
def submit(request: HttpRequest, round: UUID) -> HttpResponse:
    """Check answers, then send: the points, or "no inaccuracies" when there are none."""
    found = own_round(request, round)
    form = SubmitForm(request.POST) if request.method == "POST" else SubmitForm(initial=_chief_officer(found))
    if request.method == "POST" and form.is_valid():
        try:
            answers.submit_response(found, authorised_by=form.cleaned_data["authorised_by"], by=reader(request))
        except NotAllowed as refusal:
            form.add_error(None, refusal.sentence)
        else:
            return redirect("findings:check-receipt", found.pk)
    # Read before the page's own words: what comes in between is refused, never sent unseen.
    mark = confirming.mark("submit_response", found)
    context = check_page.frame(request, found, draft_of(found), "check-log") | {"form": form, "mark": mark}
    return render(request, "findings/check_submit.html", {**context, "waiting": waiting_uploads(found)})


@require_safe
@policy(FORCE_READER)
def receipt(request: HttpRequest, round: UUID) -> HttpResponse:
    found = get_object_or_404(answered_rounds(request).exclude(submitted_at=None), pk=round)
    return render(
        request, "findings/check_receipt.html", check_page.frame(request, found, draft_of(found), "check-log")
    )


@require_safe
@policy(FORCE_READER)
def decisions(request: HttpRequest, round: UUID) -> HttpResponse:
    """Outcome and reason of each point, before and after. Before the check is complete it says only that it is not."""
    found = own_round(request, round)
    draft = draft_of(found, with_files=False, with_earlier=True)
    context = check_page.frame(request, found, draft, "check-decisions")
    if found.state == Round.State.CLOSED:
        points = [noted.point for noted in draft.sent]
        became = outcomes(found, points, [passage.paragraph for passage in draft.passages])
        context |= check_page.decided(became, points, request.GET.get("show", ""))
        context |= check_page.afterwards(request, found)
    return render(request, "findings/check_decisions.html", context)


def _chief_officer(round: Round) -> dict[str, str]:
    """The present chief officer's name, to be confirmed or changed by who sends the response."""
    posts = Post.objects.on(clock.Today()).filter(kind=Post.Kind.CHIEF_OFFICER, force=round.force)
    post = posts.select_related("person").order_by("-starts_on").first()
    return {"authorised_by": f"{post.person.formal_name}, {post.title}"} if post else {}
