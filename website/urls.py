"""The public website's addresses."""

from django.urls import path

from website import views
from website.api.views import api
from website.data import bundle, letters
from website.data import views as data
from website.feeds import views as feeds
from website.pages import forces, home, open_data

handler404 = "website.views.not_found"

urlpatterns = [
    path("", home.show, name="home"),
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
    path("forces/", forces.find, name="force-list"),
    path("forces.json", forces.list_json, name="force-list-json"),
    path("forces.csv", forces.list_csv, name="force-list-csv"),
    path("forces/<slug:force>/", forces.show, name="force-show"),
    path("forces/<slug:force>.json", forces.show_json, name="force-json"),
    path("forces/<slug:force>.csv", forces.show_csv, name="force-csv"),
    path("compare/", data.compare, name="compare"),
    path("compare.csv", data.compare_csv, name="compare-csv"),
    path("compare.json", data.compare_json, name="compare-json"),
    path("inspections/<slug:inspection>/data/", data.show, name="data-show"),
    path("inspections/<slug:inspection>/data.json", data.whole_json, name="data-json"),
    path("inspections/<slug:inspection>/data/indicators.csv", data.figures_csv, name="data-figures"),
    path("inspections/<slug:inspection>/data/criteria.csv", data.answers_csv, name="data-answers"),
    path("inspections/<slug:inspection>/data/<slug:force>.json", data.force_json, name="data-force-json"),
    path("inspections/<slug:inspection>/data/<slug:force>.csv", data.force_csv, name="data-force-csv"),
    path("sealed/<uuid:item>.json", data.sealed_text, name="sealed-text"),
    path("inspections.json", letters.inspections_json, name="inspection-list-json"),
    path("inspections.csv", letters.inspections_csv, name="inspection-list-csv"),
    path("inspections/<slug:inspection>.json", letters.inspection_json, name="inspection-json"),
    path("inspections/<slug:inspection>.csv", letters.inspection_csv, name="inspection-csv"),
    path("inspections/<slug:inspection>/everything.zip", bundle.show, name="bundle"),
    path("inspections/<slug:inspection>.atom", feeds.of_inspection, name="inspection-feed"),
    path("inspections/<slug:inspection>/letters/<slug:force>.txt", letters.letter_text, name="letter-text"),
    path("inspections/<slug:inspection>/letters/<slug:force>.json", letters.letter_json, name="letter-json"),
    path("inspections/<slug:inspection>/letters/<slug:force>.csv", letters.letter_csv, name="letter-csv"),
    path("forces/<slug:force>.atom", feeds.of_force, name="force-feed"),
    path("findings.csv", letters.findings_csv, name="findings-csv"),
    path("corrections.json", letters.corrections_json, name="corrections-json"),
    path("corrections.csv", letters.corrections_csv, name="corrections-csv"),
    path("calendar.csv", letters.calendar_csv, name="calendar-csv"),
    path("calendar.json", letters.calendar_json, name="calendar-json"),
    path("calendar.ics", feeds.calendar_file, name="calendar-ics"),
    path("feed.atom", feeds.everything, name="feed"),
    path("sitemap.xml", feeds.sitemap, name="sitemap"),
    path("robots.txt", feeds.robots, name="robots"),
    path("open-data/", open_data.show, name="open-data"),
    path("api/v1/", api.urls),
    path("open-data/schema.json", data.schema, name="schema"),
    path("search/", views.search, name="search"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("health/live", views.health_live, name="health-live"),
    path("health/ready", views.health_ready, name="health-ready"),
]
