"""Comments on a finding, their answers, and whether they have been dealt with."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from findings.drafting import comments
from findings.drafting.forms import CommentForm, ReplyForm
from findings.drafting.views.finding import form_of, render_editor
from findings.drafting.views.unsaved import alone, asked, carry
from findings.fetching import get_finding, reader
from findings.models import Comment, Finding
from findings.permissions import INSPECTORATE
from hmic_core.accounts.policies import policy


@require_http_methods(["GET", "HEAD", "POST"])
@policy(INSPECTORATE)
def add(request: HttpRequest, pk: UUID) -> HttpResponse:
    """From the editor, or from a page of its own for readers without its script."""
    finding = get_finding(request, pk)
    form = CommentForm(_sent(request), people=comments.readers(finding), me=reader(request))
    if not form.is_valid():
        if request.method != "POST" or "alone" in request.POST:
            return alone(request, finding, form, f"Comment on {finding.reference}", "Comment")
        return render_editor(request, finding, form_of(request, finding), status=422, comment_form=form)
    words = form.cleaned_data
    comment = comments.comment_on(
        finding, quoted=words["quoted"], text=words["comment"], mentioned=words["mentioned"], by=reader(request)
    )
    told = ", ".join(person.name for person in words["mentioned"])
    messages.success(request, f"Comment {comment.number} is written.{f' {told} will be told by e-mail.' * bool(told)}")
    return redirect(_at(comment))


@require_http_methods(["GET", "HEAD", "POST"])
@policy(INSPECTORATE)
def reply(request: HttpRequest, pk: UUID) -> HttpResponse:
    """From the editor, or from a page of its own for readers without its script."""
    comment = _get(request, pk)
    form = ReplyForm(_sent(request))
    if not form.is_valid():
        finding = get_finding(request, comment.finding_id)
        if request.method != "POST" or "alone" in request.POST:
            return alone(request, finding, form, f"Answer comment {comment.number}", "Answer", comment)
        return render_editor(request, finding, form_of(request, finding), status=422, reply_form=form, replied=comment)
    comments.reply_to(comment, text=form.cleaned_data["comment"], by=reader(request))
    messages.success(request, f"Comment {comment.number} is answered.")
    return redirect(_at(comment))


@require_POST
@policy(INSPECTORATE)
def resolve(request: HttpRequest, pk: UUID) -> HttpResponse:
    comment = _get(request, pk)
    resolved = asked(request, "resolved") != "no"
    if refused := carry(request, get_finding(request, comment.finding_id)):
        return refused
    comments.resolve_comment(comment, resolved=resolved, by=reader(request))
    messages.success(request, f"Comment {comment.number} is {'resolved' if resolved else 'open again'}.")
    return redirect(_at(comment))


def _sent(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _get(request: HttpRequest, pk: UUID) -> Comment:
    """A comment on a finding that the reader may see; an answer leads to the comment that it answers."""
    visible = Finding.objects.visible_to(reader(request))
    own = Comment.objects.filter(parent=None, finding__in=visible)
    found: Comment = get_object_or_404(own.select_related("finding__theme", "by"), pk=pk)
    return found


def _at(comment: Comment) -> str:
    return reverse("findings:finding-show", args=[comment.finding_id]) + f"#comment-{comment.number}"
