"""Becoming a member of the cast: the one place that uses a private module of the sign-in library."""

import pytest
from django.test import Client

from demo.cast import make_cast
from forces.register import load_register

pytestmark = pytest.mark.django_db


def test_a_member_of_the_cast_is_signed_in_as_if_by_password() -> None:
    """The library's record of how somebody signed in is what its pages on sessions and passwords read."""
    load_register()
    make_cast()
    client = Client()
    assert client.post("/demo/as/admin/").status_code == 302
    records = client.session["account_authentication_methods"]
    assert [record["method"] for record in records] == ["password"]
