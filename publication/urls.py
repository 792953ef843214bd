"""The addresses of publication admins and auditors, and the signs of life."""

from django.urls import path

from publication.views import archive, audit, health, live, rehearsal, releases, verbs

app_name = "publication"

urlpatterns = [
    path("releases/", releases.release_list, name="release-list"),
    path("releases/new/", releases.release_new, name="release-new"),
    path("releases/<uuid:release>/", releases.release_show, name="release-show"),
    path("releases/<uuid:release>/letters/", releases.release_letters, name="release-letters"),
    path("releases/<uuid:release>/schedule/", verbs.schedule, name="release-schedule"),
    path("releases/<uuid:release>/reschedule/", verbs.reschedule, name="release-reschedule"),
    path("releases/<uuid:release>/lock/", verbs.seal, name="release-seal"),
    path("releases/<uuid:release>/unlock/", verbs.unseal, name="release-unseal"),
    path("releases/<uuid:release>/approve/", verbs.approve, name="release-approve"),
    path("releases/<uuid:release>/hold/", verbs.hold, name="release-hold"),
    path("releases/<uuid:release>/resume/", verbs.resume, name="release-resume"),
    path("releases/<uuid:release>/withdraw/", verbs.withdraw, name="release-withdraw"),
    path("releases/<uuid:release>/cancel/", verbs.cancel, name="release-cancel"),
    path("releases/<uuid:release>/items/<uuid:item>/drop/", verbs.drop_item, name="item-drop"),
    path("releases/<uuid:release>/items/<uuid:item>/withdraw/", verbs.withdraw_item, name="item-withdraw"),
    path("releases/<uuid:release>/live/", live.release_live, name="release-live"),
    path("releases/<uuid:release>/live/band/", live.live_band, name="live-band"),
    path("releases/<uuid:release>/live/now/", live.live_now, name="live-now"),
    path("releases/<uuid:release>/rehearsal/", rehearsal.release_rehearsal, name="release-rehearsal"),
    path("releases/<uuid:release>/rehearsal/<uuid:item>/", rehearsal.item_show, name="item-show"),
    path("releases/<uuid:release>/rehearsal/<uuid:item>/file/", rehearsal.item_file, name="item-file"),
    path("releases/<uuid:release>/audit/", audit.release_audit, name="release-audit"),
    path("audit/", audit.audit_list, name="audit-list"),
    path("archive/", archive.archive_list, name="archive-list"),
    path("archive/imports/<uuid:imported>/", archive.archive_propose, name="archive-propose"),
    path("archive/<uuid:release>/", archive.archive_show, name="archive-show"),
    path("archive/<uuid:release>/confirm/", archive.archive_confirm, name="archive-confirm"),
    path("health/live", health.health_live, name="health-live"),
    path("health/ready", health.health_ready, name="health-ready"),
]
