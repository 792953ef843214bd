"""A form that is sent twice, or three times at once, is done once."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, RequestFactory

from findings.models import Point
from hmic_core import clock, sent_once
from hmic_core.models import SentForm, User
from tests.cast import Cast, make_cast
from tests.conftest import A_DAY, signed_in
from tests.findings.accuracy.steps import WORDS, issued

WORDS_OF_A_POINT = {"kind": "left_out", "quoted": "", "proposed": "", "explanation": "The custody suite."}


def form_of(client: Client, address: str) -> dict[str, str]:
    """What the page's form would send: its token, with the words of a point."""
    page = client.get(address).content.decode()
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found
    return {"csrfmiddlewaretoken": found.group(1), **WORDS_OF_A_POINT}


def strict(user: Any) -> Client:
    client = signed_in(user)
    client.handler.enforce_csrf_checks = True
    return client


def test_a_double_click_raises_one_point_and_leads_to_the_same_page(cast: Cast) -> None:
    round = issued(cast, WORDS)
    client = strict(cast.reviewer)
    address = f"/check/{round.pk}/raise/"
    form = form_of(client, address)
    first, second = client.post(address, form), client.post(address, form)
    assert (first.status_code, second.status_code) == (302, 302)
    assert first["Location"] == second["Location"]
    assert Point.objects.count() == 1
    assert client.post(address, {**form, "explanation": "Other words."}).status_code == 302
    assert client.post(address, form_of(client, address)).status_code == 302
    assert Point.objects.count() == 3, "other words, and the same words from a page shown anew, are other deeds"


def test_a_form_with_an_error_can_be_sent_again(cast: Cast) -> None:
    round = issued(cast, WORDS)
    client = strict(cast.reviewer)
    address = f"/check/{round.pk}/raise/"
    form = {**form_of(client, address), "kind": ""}
    assert [client.post(address, form).status_code for _ in range(2)] == [200, 200]
    assert not SentForm.objects.exists()


def test_another_file_of_the_same_name_and_size_is_another_form() -> None:
    def sent(data: bytes) -> Any:
        file = SimpleUploadedFile("strategy.txt", data)
        request = RequestFactory().post("/", {"csrfmiddlewaretoken": "x", "upload": file})
        request.user = User(pk=UUID(int=1))
        mark = sent_once._mark(request)
        assert request.FILES["upload"].read() == data, "whoever reads it next finds all of it"
        return mark

    assert sent(b"12 of 20") == sent(b"12 of 20")
    assert sent(b"12 of 20") != sent(b"14 of 20")


def test_what_is_old_is_forgotten(cast: Cast) -> None:
    for age in (0, 2):
        SentForm.objects.create(pk=str(age), went_to="/", at=clock.now() - age * A_DAY)
    sent_once.forget()
    assert [each.pk for each in SentForm.objects.all()] == ["0"]


@pytest.mark.django_db(transaction=True)
def test_three_posts_at_the_same_moment_raise_one_point() -> None:
    cast = make_cast()
    round = issued(cast, WORDS)
    clients = [strict(cast.reviewer) for _ in range(3)]
    address = f"/check/{round.pk}/raise/"
    form = form_of(clients[0], address)
    for each in clients[1:]:
        each.cookies = clients[0].cookies

    def post(client: Client) -> str:
        try:
            return str(client.post(address, form)["Location"])
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        went = set(pool.map(post, clients))
    assert Point.objects.count() == 1
    assert len(went) == 1
