"""Comments on a finding, their answers, and whether they have been dealt with."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from findings import commenting
from findings.forms_editor import CommentForm, ReplyForm
from findings.models import Comment, Finding
from findings.permissions import INSPECTORATE
from findings.views.drafting import form_of, render_editor
from findings.views.fetching import get_finding, reader
from hmic_core.policies import policy


@require_POST
@policy(INSPECTORATE)
def add(request: HttpRequest, pk: UUID) -> HttpResponse:
    finding = get_finding(request, pk)
    form = CommentForm(request.POST, people=commenting.readers(finding), me=reader(request))
    if not form.is_valid():
        return render_editor(request, finding, form_of(request, finding), status=422, comment_form=form)
    words = form.cleaned_data
    comment = commenting.comment_on(
        finding, quoted=words["quoted"], text=words["comment"], mentioned=words["mentioned"], by=reader(request)
    )
    told = ", ".join(person.name for person in words["mentioned"])
    messages.success(request, f"Comment {comment.number} is written.{f' {told} will be told by e-mail.' * bool(told)}")
    return redirect(_at(comment))


@require_POST
@policy(INSPECTORATE)
def reply(request: HttpRequest, pk: UUID) -> HttpResponse:
    comment = _get(request, pk)
    form = ReplyForm(request.POST)
    if not form.is_valid():
        finding = get_finding(request, comment.finding_id)
        return render_editor(request, finding, form_of(request, finding), status=422, reply_form=form, replied=comment)
    commenting.reply_to(comment, text=form.cleaned_data["comment"], by=reader(request))
    messages.success(request, f"Comment {comment.number} is answered.")
    return redirect(_at(comment))


@require_POST
@policy(INSPECTORATE)
def resolve(request: HttpRequest, pk: UUID) -> HttpResponse:
    comment = _get(request, pk)
    resolved = request.POST.get("resolved") != "no"
    commenting.resolve_comment(comment, resolved=resolved, by=reader(request))
    messages.success(request, f"Comment {comment.number} is {'resolved' if resolved else 'open again'}.")
    return redirect(_at(comment))


def _get(request: HttpRequest, pk: UUID) -> Comment:
    """A comment on a finding that the reader may see; an answer leads to the comment that it answers."""
    visible = Finding.objects.visible_to(reader(request))
    own = Comment.objects.filter(parent=None, finding__in=visible)
    found: Comment = get_object_or_404(own.select_related("finding__theme", "by"), pk=pk)
    return found


def _at(comment: Comment) -> str:
    return reverse("findings:finding-show", args=[comment.finding_id]) + f"#comment-{comment.number}"
