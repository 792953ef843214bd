"""Pictures of signatures: a PNG of one's own, printed in what one signs from then on."""

import io

from django.db import transaction

from forces.models import Person
from hmic_core import audit, clock, files
from hmic_core.accounts import access
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import User
from letters.models import SignatureImage

MAX_BYTES = 1_000_000
MAX_SIDE = 3000
#: What is printed is 60 mm wide: 300 dots an inch.
KEPT = (720, 200)


def of(user: User) -> SignatureImage | None:
    """The picture that is printed in what `user` signs now."""
    mine = SignatureImage.objects.filter(person__user=user, retired_at=None).select_related("file")
    found: SignatureImage | None = mine.order_by("-uploaded_at").first()
    return found


def can_manage(user: User, person: Person) -> bool:
    """Its owner, and publication admins."""
    return user.is_active and (person.user_id == user.pk or access.is_publication_admin(user))


@transaction.atomic
def keep(person: Person, data: bytes, *, by: User) -> SignatureImage:
    """Keep a picture of a person's signature instead of an earlier one, which stays in what is signed already."""
    if not can_manage(by, person):
        raise NotAllowed("Only the person themselves or a publication admin keeps a picture of a signature.")
    png = clean(data)
    retire(person, by=by)
    stored = files.store(png, "signature.png", "image/png", by)
    made: SignatureImage = SignatureImage.objects.create(
        person=person, file=stored, uploaded_by=by, uploaded_at=clock.now()
    )
    audit.record(Action.SIGNATURE_IMAGE_KEPT, by, made, person=person.pk, sha256=stored.sha256)
    return made


@transaction.atomic
def retire(person: Person, *, by: User) -> int:
    """Print no picture from now on. Returns how many were in use (one, or none)."""
    if not can_manage(by, person):
        raise NotAllowed("Only the person themselves or a publication admin retires a picture of a signature.")
    in_use = list(SignatureImage.objects.select_for_update().filter(person=person, retired_at=None))
    for image in in_use:
        image.retired_at = clock.now()
        image.save(update_fields=["retired_at"])
        audit.record(Action.SIGNATURE_IMAGE_RETIRED, by, image, person=person.pk)
    return len(in_use)


def clean(data: bytes) -> bytes:
    """The picture made anew: a PNG on white, cropped, of a bounded size, with nothing in it but its dots.

    Raises NotAllowed for anything that is no such picture: an SVG may hold scripts and links, and is refused.
    """
    from PIL import Image, ImageChops

    if not data.startswith(b"\x89PNG\r\n\x1a\n"):
        raise NotAllowed("Choose a PNG picture. Other kinds, SVG among them, are not accepted: save it as PNG first.")
    if len(data) > MAX_BYTES:
        raise NotAllowed("The picture is too large: 1 MB at most. Save it smaller.")
    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as opened:
            if max(opened.size) > MAX_SIDE:
                raise NotAllowed(f"The picture has more than {MAX_SIDE} dots on a side. Save it smaller.")
            layer = opened.convert("RGBA")
    except NotAllowed:
        raise
    except Exception as error:  # a damaged picture raises many kinds of error, and each means the same to the person
        raise NotAllowed("The picture cannot be opened: it is damaged. Save it again as PNG.") from error
    white = Image.new("RGBA", layer.size, "white")
    flat = Image.alpha_composite(white, layer).convert("RGB")
    box = ImageChops.difference(flat, Image.new("RGB", flat.size, "white")).getbbox()
    if box is None:
        raise NotAllowed("The picture is empty: nothing but white. Choose another.")
    drawn = flat.crop(box)
    drawn.thumbnail(KEPT)
    output = io.BytesIO()
    drawn.save(output, "PNG", optimize=True)
    return output.getvalue()
