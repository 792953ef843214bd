"""Setting up an inspection, the results of bulk verbs, and what a force is told of coming fieldwork."""

from django.urls import path

from inspections import views
from inspections.setup.views import indicators, inspection, passages, people, questions

app_name = "inspections"
_ONE = "setup/<slug:inspection>/"

urlpatterns = [
    path("setup/new/", inspection.new, name="setup-new"),
    path(_ONE, inspection.show, name="setup-show"),
    path(f"{_ONE}details/", inspection.details, name="setup-details"),
    path(f"{_ONE}check/", inspection.check, name="setup-check"),
    path(f"{_ONE}deadlines/", inspection.deadlines, name="setup-deadlines"),
    path(f"{_ONE}notify/", inspection.notify, name="setup-notify"),
    path(f"{_ONE}move/<slug:verb>/", inspection.move, name="setup-move"),
    path(f"{_ONE}themes/", questions.themes, name="theme-list"),
    path(f"{_ONE}themes/add/", questions.theme_add, name="theme-add"),
    path(f"{_ONE}themes/<uuid:theme>/", questions.theme_change, name="theme-change"),
    path(f"{_ONE}themes/<uuid:theme>/move/", questions.theme_move, name="theme-move"),
    path(f"{_ONE}themes/<uuid:theme>/remove/", questions.theme_remove, name="theme-remove"),
    path(f"{_ONE}themes/<uuid:theme>/criteria/add/", questions.criterion_add, name="criterion-add"),
    path(f"{_ONE}criteria/<uuid:criterion>/", questions.criterion_change, name="criterion-change"),
    path(f"{_ONE}criteria/<uuid:criterion>/move/", questions.criterion_move, name="criterion-move"),
    path(f"{_ONE}criteria/<uuid:criterion>/remove/", questions.criterion_remove, name="criterion-remove"),
    path(f"{_ONE}indicators/", indicators.show, name="indicator-list"),
    path(f"{_ONE}indicators/add/", indicators.add, name="indicator-add"),
    path(f"{_ONE}indicators/values/", indicators.table, name="indicator-values"),
    path(f"{_ONE}indicators/<uuid:indicator>/", indicators.change, name="indicator-change"),
    path(f"{_ONE}indicators/<uuid:indicator>/move/", indicators.move, name="indicator-move"),
    path(f"{_ONE}indicators/<uuid:indicator>/remove/", indicators.remove, name="indicator-remove"),
    path(f"{_ONE}passages/", passages.show, name="passage-list"),
    path(f"{_ONE}passages/add/", passages.add, name="passage-add"),
    path(f"{_ONE}passages/<uuid:passage>/", passages.change, name="passage-change"),
    path(f"{_ONE}passages/<uuid:passage>/remove/", passages.remove, name="passage-remove"),
    path(f"{_ONE}passages/<uuid:passage>/forces/add/", passages.name, name="passage-name"),
    path(f"{_ONE}passages/forces/<uuid:entry>/", passages.name_change, name="passage-name-change"),
    path(f"{_ONE}passages/forces/<uuid:entry>/remove/", passages.name_remove, name="passage-name-remove"),
    path(f"{_ONE}forces/", people.scope, name="scope-show"),
    path(f"{_ONE}forces/remove/", people.scope_remove, name="scope-remove"),
    path(f"{_ONE}people/", people.show, name="people-show"),
    path(f"{_ONE}people/assign/", people.assign, name="people-assign"),
    path(f"{_ONE}people/<uuid:assignment>/end/", people.end, name="people-end"),
    path("results/<uuid:run>/", people.result, name="run-show"),
    path("fieldwork/", views.show, name="fieldwork"),
]
