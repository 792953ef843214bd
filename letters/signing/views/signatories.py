"""Who signs: assignments and deputies of an inspection; the picture of one's own signature."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from forces.models import Force, Person, Post
from hmic_core import files
from hmic_core.accounts.policies import PUBLICATION_ADMIN, policy
from letters.fetching import find_inspection, person
from letters.models import Signatory, SignatureImage
from letters.permissions import SIGNATORIES_AND_ADMINS
from letters.signing import signature_image
from letters.signing.forms import InkForm, SignatoryForm
from letters.signing.signatories import assign_signatory


@require_http_methods(["GET", "HEAD", "POST"])
@policy(PUBLICATION_ADMIN)
def signatory_list(request: HttpRequest, inspection: str) -> HttpResponse:
    """Who signs which letters from when until when, and the form that assigns somebody."""
    found = find_inspection(request, inspection)
    people = Person.objects.filter(posts__kind=Post.Kind.HM_INSPECTOR).distinct().order_by("name")
    forces = Force.objects.filter(scope__inspection=found).order_by("name")
    form = SignatoryForm(request.POST or None, people=people, forces=forces)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        made = assign_signatory(
            found,
            given["forces"],
            person=given["person"],
            starts_on=given["starts_on"],
            ends_on=given["ends_on"],
            deputy=given["role"] == "deputy",
            by=person(request),
        )
        messages.success(request, f"{given['person'].name} is assigned for {len(made)} force(s).")
        return redirect("letters:signatory-list", found.slug)
    rows = Signatory.objects.filter(inspection=found).select_related("force", "person")
    context = {"inspection": found, "form": form, "rows": rows.order_by("force__name", "is_deputy", "-starts_on")}
    return render(request, "letters/signatory_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@policy(SIGNATORIES_AND_ADMINS)
def ink_show(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """The picture of a person's signature: theirs to keep, and an admin's."""
    owner = _owner(request, person_id)
    form = InkForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        signature_image.keep(owner, form.cleaned_data["picture"][0], by=person(request))
        messages.success(request, "The picture is kept. It is printed in what is signed from now on.")
        return redirect("letters:signature-image-show", owner.pk)
    return render(
        request, "letters/signature_image_show.html", {"owner": owner, "form": form, "image": _present(owner)}
    )


@require_POST
@policy(SIGNATORIES_AND_ADMINS)
def ink_retire(request: HttpRequest, person_id: UUID) -> HttpResponse:
    owner = _owner(request, person_id)
    signature_image.retire(owner, by=person(request))
    messages.success(request, "No picture is printed from now on. What is signed already keeps its own.")
    return redirect("letters:signature-image-show", owner.pk)


@require_safe
@policy(SIGNATORIES_AND_ADMINS)
def ink_picture(request: HttpRequest, person_id: UUID) -> HttpResponse:
    image = _present(_owner(request, person_id))
    if image is None:
        raise Http404
    return files.respond(files.read(image.file.key), "signature.png", "image/png", inline=True)


def _owner(request: HttpRequest, person_id: UUID) -> Person:
    found: Person = get_object_or_404(Person, pk=person_id)
    if not signature_image.can_manage(person(request), found):
        raise Http404
    return found


def _present(owner: Person) -> SignatureImage | None:
    found: SignatureImage | None = (
        SignatureImage.objects.filter(person=owner, retired_at=None).select_related("file").first()
    )
    return found
