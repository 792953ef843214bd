"""Accounts, roles, contacts and posts: who keeps them, what is refused, and from when they count."""

import datetime as dt
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from forces import accounts, contacts, posts
from forces.models import Contact, Force, Post, RegionMembership
from hmic_core import clock
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import AuditEntry, GlobalRole, Notice, User
from hmic_core.notices import deliver
from tests.cast import Cast
from tests.conftest import signed_in

Role = GlobalRole.Role
Capacity = Contact.Capacity


def made(cast: Cast, email: str = "new@force.example") -> User:
    return accounts.make_account(name="  New   person ", email=email, by=cast.system_admin)


def url(name: str, *of: Any) -> str:
    return reverse(f"forces:{name}", args=of)


# Accounts


def test_an_account_is_made_without_a_password_and_its_owner_is_told(cast: Cast) -> None:
    user = made(cast, " New@Force.example ")
    assert (user.name, user.email, user.has_usable_password()) == ("New person", "new@force.example", False)
    notice = Notice.objects.get(recipient=user)
    assert notice.link == "/accounts/password/reset/"
    assert AuditEntry.objects.get(action=Action.ACCOUNT_MADE).actor == cast.system_admin
    with pytest.raises(NotAllowed, match="an account with this address already"):
        made(cast, "NEW@force.example")


def test_the_new_owner_sets_a_first_password_and_signs_in(cast: Cast, mailoutbox: list[Any]) -> None:
    user, browser = made(cast), Client()
    browser.post("/accounts/password/reset/", {"email": user.email})
    deliver()
    key = next(word for sent in mailoutbox for word in sent.body.split() if "/password/reset/key/" in word)
    page = browser.get(key, follow=True)
    new = {"password1": "a long word of mine", "password2": "a long word of mine"}
    browser.post(page.redirect_chain[-1][0], new)
    assert Client().login(email=user.email, password=new["password1"])


def test_only_system_admins_keep_accounts(cast: Cast) -> None:
    user = made(cast)
    for name, other in cast.everybody().items():
        if name == "system_admin":
            continue
        with pytest.raises(NotAllowed, match="Only system admins"):
            accounts.make_account(name="Somebody", email="x@force.example", by=other)
        with pytest.raises(NotAllowed, match="Only system admins"):
            accounts.give_role(user, Role.AUDITOR, by=other)
        with pytest.raises(NotAllowed, match="Only system admins"):
            contacts.add_contact(cast.kent, user=user, capacity=Capacity.REVIEWER, by=other)
        assert signed_in(other).get(url("account-list")).status_code == 404


def test_a_closed_account_is_out_at_once(cast: Cast) -> None:
    browser = signed_in(cast.inspector)
    assert browser.get("/my-work/").status_code == 200
    with pytest.raises(NotAllowed, match="Give a reason"):
        accounts.close_account(cast.inspector, reason=" ", by=cast.system_admin)
    accounts.close_account(cast.inspector, reason="Left the inspectorate", by=cast.system_admin)
    assert browser.get("/my-work/").status_code != 200
    with pytest.raises(NotAllowed, match="closed already"):
        accounts.close_account(cast.inspector, reason="Again", by=cast.system_admin)
    accounts.reopen_account(cast.inspector, reason="Came back", by=cast.system_admin)
    assert signed_in(User.objects.get(pk=cast.inspector.pk)).get("/my-work/").status_code == 200


def test_nobody_changes_their_own_account(cast: Cast) -> None:
    held = GlobalRole.objects.get(user=cast.system_admin)
    for verb in (
        lambda: accounts.give_role(cast.system_admin, Role.PUBLICATION_ADMIN, by=cast.system_admin),
        lambda: accounts.end_role(held, by=cast.system_admin),
        lambda: accounts.close_account(cast.system_admin, reason="Mine", by=cast.system_admin),
    ):
        with pytest.raises(NotAllowed, match="their own account"):
            verb()


def test_a_lost_second_factor_is_reset_and_its_owner_is_out_everywhere(cast: Cast) -> None:
    browser = signed_in(cast.inspector)
    browser.get("/my-work/")
    with pytest.raises(NotAllowed, match="no second factor"):
        accounts.reset_second_factor(cast.inspector, reason="Lost", by=cast.system_admin)
    Authenticator.objects.create(user=cast.inspector, type=Authenticator.Type.TOTP, data={})
    accounts.reset_second_factor(cast.inspector, reason="Lost the telephone", by=cast.system_admin)
    assert not Authenticator.objects.filter(user=cast.inspector).exists()
    assert browser.get("/my-work/").status_code == 302


# Roles


def test_a_role_counts_at_once_and_everybody_who_holds_it_is_told(cast: Cast) -> None:
    user = made(cast)
    held = accounts.give_role(user, Role.PUBLICATION_ADMIN, by=cast.system_admin)
    assert signed_in(user).get("/releases/").status_code == 200
    told = set(Notice.objects.filter(event=f"role_given:{held.pk}").values_list("recipient", flat=True))
    assert told == {user.pk, cast.admin.pk, cast.second_admin.pk}
    with pytest.raises(NotAllowed, match="already"):
        accounts.give_role(user, Role.PUBLICATION_ADMIN, by=cast.system_admin)
    accounts.end_role(held, by=cast.system_admin)
    assert signed_in(user).get("/releases/").status_code == 404
    with pytest.raises(NotAllowed, match="ended already"):
        accounts.end_role(held, by=cast.system_admin)


def test_whoever_speaks_for_a_force_holds_no_role_and_the_other_way_round(cast: Cast) -> None:
    with pytest.raises(NotAllowed, match="speaks for a force"):
        accounts.give_role(cast.liaison_officer, Role.AUDITOR, by=cast.system_admin)
    for insider in (cast.auditor, cast.inspector):
        with pytest.raises(NotAllowed, match="Nobody does both"):
            contacts.add_contact(cast.kent, user=insider, capacity=Capacity.REVIEWER, by=cast.system_admin)


def test_the_first_admin_is_made_by_command_and_only_the_first(db: None) -> None:
    call_command("first_admin", "First@inspectorate.example", "First admin")
    user = User.objects.get(email="first@inspectorate.example")
    assert signed_in(user).get(url("account-list")).status_code == 200
    with pytest.raises(CommandError, match="a system admin already"):
        call_command("first_admin", "second@inspectorate.example", "Second admin")


# Contacts and posts


def test_a_contact_counts_once_it_is_verified(cast: Cast) -> None:
    user, force = made(cast), cast.kent
    contact = contacts.add_contact(force, user=user, capacity=Capacity.LIAISON_OFFICER, by=cast.system_admin)
    assert not Contact.objects.speaking_for(user).exists()
    with pytest.raises(NotAllowed, match="how you made sure"):
        contacts.verify_contact(contact, how=" ", by=cast.system_admin)
    contacts.verify_contact(contact, how="Rang the switchboard", by=cast.system_admin)
    assert Contact.objects.speaking_for(user).get().force == force
    entry = AuditEntry.objects.get(action=Action.CONTACT_VERIFIED)
    assert (entry.force_slug, entry.facts["reason"]) == (force.slug, "Rang the switchboard")
    contacts.end_contact(contact, by=cast.system_admin)
    assert not Contact.objects.speaking_for(user).exists()


def test_a_new_holder_ends_the_one_before_and_the_past_keeps_its_names(cast: Cast) -> None:
    day = clock.today() + dt.timedelta(days=10)
    post = posts.fill_post(
        cast.northamptonshire, name="New holder", post_title="Chief Constable", starts_on=day, by=cast.system_admin
    )
    before = Post.objects.get(force=cast.northamptonshire, person__name="Adrian Lee")
    assert before.ends_on == day - dt.timedelta(days=1)
    assert list(Post.objects.on(day).filter(force=cast.northamptonshire)) == [post]
    with pytest.raises(NotAllowed, match="from a later day"):
        posts.fill_post(
            cast.northamptonshire, name="Too early", post_title="Chief", starts_on=day, by=cast.system_admin
        )


def test_an_account_stands_for_one_person(cast: Cast) -> None:
    day = clock.today()
    given = {"name": "Zoë Billingham", "post_title": "HM Inspector", "user": cast.hmi, "by": cast.system_admin}
    first = posts.fill_post(cast.region, starts_on=day, **given)
    assert first.person.user == cast.hmi
    assert first.person == Post.objects.filter(region=cast.region).order_by("starts_on")[0].person


def test_a_force_changes_its_region_on_a_day(cast: Cast) -> None:
    region = posts.make_region("Northern  Region", by=cast.system_admin)
    with pytest.raises(NotAllowed, match="of this name already"):
        posts.make_region("northern region", by=cast.system_admin)
    day = clock.today() + dt.timedelta(days=5)
    posts.place_in_region(cast.kent, region, starts_on=day, by=cast.system_admin)

    def on(when: dt.date) -> list[str]:
        held = RegionMembership.objects.on(when).filter(force=cast.kent)
        return [each.region.name for each in held.select_related("region")]

    assert on(day - dt.timedelta(days=1)) == [cast.region.name]
    assert on(day) == ["Northern Region"]
    with pytest.raises(NotAllowed, match="from a later day"):
        posts.place_in_region(cast.kent, cast.region, starts_on=day, by=cast.system_admin)
    assert Force.objects.filter(memberships__region=region).count() == 1


# Screens


def test_the_way_from_nobody_to_a_verified_liaison_officer(cast: Cast) -> None:
    admin = signed_in(cast.system_admin)
    answer = admin.post(url("account-new"), {"name": "New officer", "email": "officer@kent.example"})
    user = User.objects.get(email="officer@kent.example")
    assert answer.url == url("account-show", user.pk)
    admin.post(url("contact-add", user.pk), {"force": cast.kent.pk, "capacity": "liaison_officer", "telephone": "0"})
    contact = Contact.objects.get(user=user)
    assert "Verify…" in admin.get(url("force-show", "kent")).content.decode()
    admin.post(url("contact-verify", contact.pk), {"how": "Rang the switchboard"})
    assert signed_in(user).get("/check/").status_code == 200
    admin.post(url("contact-end", contact.pk))
    assert signed_in(user).get("/check/").status_code == 404


def test_what_was_typed_is_kept_and_errors_stand_beside_their_fields(cast: Cast) -> None:
    admin = signed_in(cast.system_admin)
    page = admin.post(url("account-new"), {"name": "New officer", "email": cast.inspector.email}).content.decode()
    assert "an account with this address already" in page
    assert 'value="New officer"' in page
    page = admin.post(url("contact-add", cast.inspector.pk), {"force": cast.kent.pk, "capacity": "reviewer"})
    assert "Nobody does both" in page.content.decode()
    page = admin.post(
        url("force-post", "kent"),
        {"name": "Somebody", "starts_on_day": "31", "starts_on_month": "2", "starts_on_year": "2026"},
    ).content.decode()
    assert 'value="Somebody"' in page
    assert "Enter a real date" in page


def test_accounts_are_found_by_name_or_address(cast: Cast) -> None:
    admin = signed_in(cast.system_admin)
    page = admin.get(url("account-list"), {"q": "outsider@"}).content.decode()
    assert cast.outsider.email in page
    assert cast.inspector.email not in page
    assert "Nobody found" in admin.get(url("account-list"), {"q": "nobody-of-that-name"}).content.decode()
