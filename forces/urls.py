"""The addresses of system admins: people and forces."""

from django.urls import path

from forces.views import accounts, register

app_name = "forces"

urlpatterns = [
    path("people/", accounts.account_list, name="account-list"),
    path("people/new/", accounts.account_new, name="account-new"),
    path("people/<uuid:user>/", accounts.account_show, name="account-show"),
    path("people/<uuid:user>/roles/", accounts.role_give, name="role-give"),
    path("people/<uuid:user>/contacts/", accounts.contact_add, name="contact-add"),
    path("people/<uuid:user>/second-factor/", accounts.account_reset, name="account-reset"),
    path("people/<uuid:user>/close/", accounts.account_close, name="account-close"),
    path("people/<uuid:user>/reopen/", accounts.account_reopen, name="account-reopen"),
    path("people/roles/<uuid:role>/end/", accounts.role_end, name="role-end"),
    path("people/contacts/<uuid:contact>/verify/", register.contact_verify, name="contact-verify"),
    path("people/contacts/<uuid:contact>/end/", register.contact_end, name="contact-end"),
    path("people/forces/", register.force_list, name="force-list"),
    path("people/forces/regions/new/", register.region_new, name="region-new"),
    path("people/forces/regions/<slug:region>/", register.region_show, name="region-show"),
    path("people/forces/regions/<slug:region>/post/", register.region_post, name="region-post"),
    path("people/forces/<slug:force>/", register.force_show, name="force-show"),
    path("people/forces/<slug:force>/post/", register.force_post, name="force-post"),
]
