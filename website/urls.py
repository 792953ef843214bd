"""The public website's addresses."""

from django.urls import path

from website import views

handler404 = "website.views.not_found"

urlpatterns = [
    path("", views.home, name="home"),
    path("inspections/", views.inspection_list, name="inspection-list"),
    path("inspections/<slug:inspection>/", views.inspection_show, name="inspection-show"),
    path("inspections/<slug:inspection>/report.pdf", views.report_pdf, name="report-pdf"),
    path("inspections/<slug:inspection>/letters/<slug:force>/", views.letter_show, name="letter-show"),
    path("inspections/<slug:inspection>/letters/<slug:force>.pdf", views.letter_pdf, name="letter-pdf"),
    path("inspections/<slug:inspection>/letters/<slug:force>/original", views.letter_original, name="letter-original"),
    path("inspections/<slug:inspection>/added/<uuid:source>.pdf", views.addition_pdf, name="addition-pdf"),
    path(
        "inspections/<slug:inspection>/added/<uuid:source>/before/<int:number>.pdf",
        views.addition_former_pdf,
        name="addition-former-pdf",
    ),
    path("calendar/", views.calendar, name="calendar"),
    path("corrections/", views.corrections, name="corrections"),
    path("inspections/<slug:inspection>/letters/<slug:force>/cymraeg/", views.letter_welsh, name="letter-welsh"),
    path(
        "inspections/<slug:inspection>/letters/<slug:force>/cymraeg.pdf",
        views.letter_welsh_pdf,
        name="letter-welsh-pdf",
    ),
    path("forces/", views.force_list, name="force-list"),
    path("forces/<slug:force>/", views.force_show, name="force-show"),
    path("search/", views.search, name="search"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("health/live", views.health_live, name="health-live"),
    path("health/ready", views.health_ready, name="health-ready"),
]
