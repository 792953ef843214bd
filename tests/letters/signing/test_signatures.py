"""Signing: by the signatory or a dated deputy, once re-authenticated for a session, with a picture of one's own."""

import datetime as dt
import io
from typing import Any

import pikepdf
import pytest
from django.urls import reverse
from PIL import Image, ImageDraw, PngImagePlugin

from findings import workflow as findings
from findings.models import Finding
from forces.models import Person, Post
from hmic_core import clock, files
from hmic_core.errors import NotAllowed
from hmic_core.models import Notice, User
from hmic_core.pdf import rendering
from letters import renditions
from letters.document.parts import Variant
from letters.models import Letter, Signatory, SignatureImage
from letters.signing import preparation, signature_image, signatures
from letters.signing.signatories import assign_signatory
from letters.signing.views import session
from tests.cast import Cast
from tests.conftest import signed_in
from tests.letters.ground import assembled, signed

pytestmark = pytest.mark.usefixtures("files_in_a_temporary_folder")
PASSWORD = "of-these-tests-only"


def a_png(size: tuple[int, int] = (300, 120), *, colour: str = "navy") -> bytes:
    drawn = Image.new("RGBA", size, (0, 0, 0, 0))
    ImageDraw.Draw(drawn).line([(20, size[1] // 2), (size[0] - 20, size[1] // 3)], fill=colour, width=6)
    told = PngImagePlugin.PngInfo()
    told.add_text("Author", "quagga")
    output = io.BytesIO()
    drawn.save(output, "PNG", pnginfo=told)
    return output.getvalue()


def deputy(cast: Cast, *, days: int = 5) -> User:
    """The moderator stands in for the HM Inspector, from yesterday on."""
    person = Person.objects.create(name="Moderator", user=cast.moderator)
    today = clock.today()
    assign_signatory(
        cast.inspection,
        [cast.northamptonshire],
        person=person,
        starts_on=today - dt.timedelta(days=10),
        ends_on=today + dt.timedelta(days=days),
        deputy=True,
        by=cast.admin,
    )
    return cast.moderator


class TestDeputy:
    def test_signs_on_behalf_of_the_signatory(self, cast: Cast) -> None:
        letter = assembled(cast)
        user = deputy(cast)
        assert list(Letter.objects.to_be_signed_by(user)) == [letter]
        letter = signatures.sign_letter(letter, expected_hash=letter.shown_hash, by=user)
        assert letter.signed_by == user
        assert letter.content["signatory"]["name"] == "Zoë Billingham"
        assert letter.signed_for == "Signed by Moderator on behalf of Zoë Billingham"
        data = files.read(renditions.rendition(letter, Variant.FINAL).file.key)
        with pikepdf.open(io.BytesIO(data)) as file:
            assert len(file.pages) >= 1
        assert rendering.validate(data) == []
        shown = signed_in(cast.admin).get(reverse("letters:letter-show", args=[letter.pk])).content.decode()
        assert "deputy for Zoë Billingham" in shown

    @pytest.mark.parametrize("days", [-1, -8])
    def test_not_outside_the_dates(self, cast: Cast, days: int) -> None:
        letter = assembled(cast)
        user = deputy(cast, days=days)
        assert not Letter.objects.to_be_signed_by(user).exists()
        with pytest.raises(NotAllowed, match="signed by Zoë Billingham"):
            signatures.sign_letter(letter, expected_hash=letter.shown_hash, by=user)

    def test_not_the_letters_of_another_force(self, cast: Cast) -> None:
        user = deputy(cast)
        Signatory.objects.filter(is_deputy=True).update(force=cast.kent)
        letter = assembled(cast)
        with pytest.raises(NotAllowed, match="signed by"):
            signatures.sign_letter(letter, expected_hash=letter.shown_hash, by=user)

    def test_is_never_in_the_letters_name_while_there_is_a_signatory(self, cast: Cast) -> None:
        deputy(cast)
        assert assembled(cast).content["signatory"]["name"] == "Zoë Billingham"

    def test_confirms_the_wording_of_what_they_signed(self, cast: Cast) -> None:
        letter = assembled(cast)
        user = deputy(cast)
        signatures.sign_letter(letter, expected_hash=letter.shown_hash, by=user)
        Letter.objects.update(confirmed_instant=None)
        assert signatures.confirm_wording(letter.release, by=user) == 1

    def test_is_assigned_by_an_admin_with_an_end(self, cast: Cast) -> None:
        person = Person.objects.create(name="Somebody")
        given: dict[str, Any] = {"person": person, "starts_on": clock.today(), "deputy": True}
        with pytest.raises(NotAllowed, match="Only a publication admin"):
            assign_signatory(cast.inspection, [cast.kent], ends_on=clock.today(), by=cast.lead_inspector, **given)
        with pytest.raises(NotAllowed, match="always ends"):
            assign_signatory(cast.inspection, [cast.kent], ends_on=None, by=cast.admin, **given)

    def test_a_new_signatory_ends_the_earlier_ones_time(self, cast: Cast) -> None:
        letter = assembled(cast)
        person = Person.objects.create(name="Another HM Inspector", user=cast.moderator)
        Post.objects.create(
            kind="hm_inspector", title="HM Inspector", person=person, region=cast.region, starts_on=clock.today()
        )
        assign_signatory(
            cast.inspection,
            [cast.northamptonshire],
            person=person,
            starts_on=clock.today(),
            ends_on=None,
            deputy=False,
            by=cast.admin,
        )
        letter = Letter.objects.select_related("signatory__person").get(pk=letter.pk)
        with pytest.raises(NotAllowed):
            signatures.sign_letter(letter, expected_hash=letter.shown_hash, by=cast.hmi)
        again = assembled(cast, letter.release)
        assert again.content["signatory"] == {
            "name": "Another HM Inspector",
            "honours": "",
            "post": "HM Inspector",
            "region": "Eastern Region",
        }


class TestVoiding:
    def test_says_so_to_all_concerned_and_says_no_word(self, cast: Cast) -> None:
        letter = preparation.proof_letter(assembled(cast), by=cast.inspector)
        user = deputy(cast)
        signatures.sign_letter(letter, expected_hash=letter.shown_hash, by=user)
        signatures.text_changed(Finding.objects.get(), by=cast.lead_inspector)
        told = Notice.objects.filter(event__startswith="signature_voided")
        assert {notice.recipient for notice in told} == {cast.hmi, user, cast.inspector}
        words = " ".join(f"{notice.subject} {notice.body}" for notice in told)
        assert "strategy" not in words
        assert "Northamptonshire" not in words
        letter.refresh_from_db()
        assert (letter.signed_for, letter.ink) == ("", None)

    def test_a_finding_that_becomes_final_voids_it_too(self, cast: Cast) -> None:
        """It was written after the letter was signed, which does not hold it."""
        letter = signed(cast)
        final = Finding.objects.get()
        written = Finding.objects.create(
            inspection=final.inspection, force=final.force, theme=final.theme, number=2, position=2, text="New words.",
            author=cast.inspector, changed_at=clock.now(), state=Finding.State.MODERATED,
        )  # fmt: skip
        findings.make_final([written], by=cast.lead_inspector)
        letter.refresh_from_db()
        assert (letter.state, letter.signed_hash) == (Letter.State.ASSEMBLED, "")


class TestSession:
    @pytest.fixture
    def client(self, cast: Cast) -> Any:
        cast.hmi.set_password(PASSWORD)
        cast.hmi.save()
        return signed_in(cast.hmi)

    def confirm(self, client: Any, answer: Any) -> Any:
        return client.post(answer.headers["Location"], {"password": PASSWORD})

    def sign(self, client: Any, letter: Letter) -> Any:
        return client.post(reverse("letters:letter-sign", args=[letter.pk]), {"hash": letter.shown_hash})

    def again(self, cast: Cast, letter: Letter) -> Letter:
        signatures.void_signature(letter, reason="Again")
        return Letter.objects.get(pk=letter.pk)

    def test_asks_once_for_all_letters_of_the_session(self, cast: Cast, client: Any, settings: Any) -> None:
        letter = assembled(cast)
        first = self.sign(client, letter)
        assert "reauthenticate" in first.headers["Location"]
        assert Letter.objects.get().state == "assembled"
        self.confirm(client, first)
        assert Letter.objects.get().state == "signed"
        settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0  # longer ago than allauth remembers
        assert "reauthenticate" not in self.sign(client, self.again(cast, letter)).headers["Location"]
        assert Letter.objects.get().state == "signed"

    def test_ends_by_time_by_hand_and_belongs_to_one_person(
        self, cast: Cast, client: Any, settings: Any, monkeypatch: Any
    ) -> None:
        letter = assembled(cast)
        self.confirm(client, self.sign(client, letter))
        settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
        with monkeypatch.context() as later:
            later.setattr(session, "IDLE_SECONDS", 0)
            assert "reauthenticate" in self.sign(client, self.again(cast, letter)).headers["Location"]
        client.post(reverse("letters:signing-end"))
        assert "reauthenticate" in self.sign(client, Letter.objects.get()).headers["Location"]


class TestInk:
    def test_is_printed_in_what_is_signed_and_valid(self, cast: Cast) -> None:
        plain = renditions.rendition(signed(cast), Variant.FINAL)
        letter = self.signed_with_ink(cast)
        assert letter.content_hash == letter.signed_hash
        made = renditions.rendition(letter, Variant.FINAL)
        assert made.key != plain.key
        assert made.problems == []
        with pikepdf.open(io.BytesIO(files.read(made.file.key))) as file:
            pictures = [item for item in file.objects if isinstance(item, pikepdf.Stream)]
            assert sum(str(item.get("/Subtype")) == "/Image" for item in pictures) == 1

    def signed_with_ink(self, cast: Cast) -> Letter:
        signature_image.keep(Person.objects.get(user=cast.hmi), a_png(), by=cast.hmi)
        letter = Letter.objects.get()
        signatures.void_signature(letter, reason="To sign with ink")
        letter = Letter.objects.get()
        signatures.sign_letter(letter, expected_hash=letter.shown_hash, by=cast.hmi)
        return Letter.objects.select_related("release", "force", "ink__file").get()

    def test_stays_in_what_was_signed_when_another_is_kept(self, cast: Cast) -> None:
        signed(cast)
        letter = self.signed_with_ink(cast)
        before = letter.ink_hash
        signature_image.keep(Person.objects.get(user=cast.hmi), a_png(colour="black"), by=cast.hmi)
        assert Letter.objects.get().ink_hash == before
        assert SignatureImage.objects.filter(retired_at=None).count() == 1

    def test_is_made_anew_from_dots_alone(self) -> None:
        made = signature_image.clean(a_png())
        assert b"quagga" not in made
        with Image.open(io.BytesIO(made)) as opened:
            assert opened.mode == "RGB"
            assert opened.size[0] <= 720

    @pytest.mark.parametrize(
        ("data", "said"),
        [
            (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "PNG"),
            (b"\x89PNG\r\n\x1a\nnot really", "damaged"),
            (a_png((4000, 10)), "3000"),
            (a_png(colour="white"), "nothing but white"),
        ],
    )
    def test_anything_else_is_refused(self, data: bytes, said: str) -> None:
        with pytest.raises(NotAllowed, match=said):
            signature_image.clean(data)

    def test_is_its_owners_and_an_admins(self, cast: Cast) -> None:
        owner = Person.objects.get(user=cast.hmi)
        page, picture = (
            reverse(f"letters:{name}", args=[owner.pk]) for name in ("signature-image-show", "signature-image-picture")
        )
        client = signed_in(cast.hmi)
        upload = io.BytesIO(a_png())
        upload.name = "signature.png"
        assert client.post(page, {"picture": upload}).status_code == 302
        for name, user in cast.everybody().items():
            allowed = name in ("hmi", "admin", "second_admin")
            assert signed_in(user).get(picture).status_code == (200 if allowed else 404), name
        with pytest.raises(NotAllowed, match="Only the person themselves"):
            signature_image.keep(owner, a_png(), by=cast.lead_inspector)
        svg = io.BytesIO(b"<svg/>")
        svg.name = "signature.png"
        assert "error-message" in client.post(page, {"picture": svg}).content.decode()
        assert client.post(reverse("letters:signature-image-retire", args=[owner.pk])).status_code == 302
        assert client.get(picture).status_code == 404
