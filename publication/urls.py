"""The addresses of publication admins and auditors, and the signs of life."""

from django.urls import path

from publication import health
from publication.evidence.views import audit, break_glass, proof, rehearsal
from publication.release.views import adoption, calendar, items, legal_holds, live, releases, verbs

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
    # The public calendar; one item of a release; legal holds; notices of a restored database
    path("releases/calendar/", calendar.calendar_list, name="calendar-list"),
    path("releases/<uuid:release>/announce/", calendar.announce, name="release-announce"),
    path("releases/<uuid:release>/items/", items.item_list, name="item-list"),
    path("releases/<uuid:release>/items/add/", items.item_add, name="item-add"),
    path("releases/<uuid:release>/items/<uuid:item>/reopen/", items.item_reopen, name="item-reopen"),
    path("releases/<uuid:release>/items/<uuid:item>/replace/", items.item_replace, name="item-replace"),
    path("releases/<uuid:release>/items/<uuid:item>/correct/", items.item_correct, name="item-correct"),
    path("releases/<uuid:release>/items/<uuid:item>/proposal/", items.item_proposal, name="item-proposal"),
    path("releases/<uuid:release>/items/<uuid:item>/confirm/", items.item_confirm, name="item-confirm"),
    path("releases/<uuid:release>/items/<uuid:item>/refuse/", items.item_refuse, name="item-refuse"),
    path("legal-holds/", legal_holds.legal_hold_list, name="legal-hold-list"),
    path("legal-holds/<uuid:hold>/lift/", legal_holds.legal_hold_lift, name="legal-hold-lift"),
    path("restored-notices/", adoption.notice_list, name="notice-list"),
    path("restored-notices/<uuid:notice>/confirm/", adoption.notice_confirm, name="notice-confirm"),
    path("releases/<uuid:release>/live/", live.release_live, name="release-live"),
    path("releases/<uuid:release>/live/band/", live.live_band, name="live-band"),
    path("releases/<uuid:release>/live/now/", live.live_now, name="live-now"),
    path("releases/<uuid:release>/rehearsal/", rehearsal.release_rehearsal, name="release-rehearsal"),
    path("releases/<uuid:release>/rehearsal/<uuid:item>/", rehearsal.item_show, name="item-show"),
    path("releases/<uuid:release>/rehearsal/<uuid:item>/file/", rehearsal.item_file, name="item-file"),
    path("releases/<uuid:release>/proof/", proof.release_proof, name="release-proof"),
    path("releases/<uuid:release>/proof.json", proof.proof_data, name="proof-data"),
    path("releases/<uuid:release>/audit/", audit.release_audit, name="release-audit"),
    path("audit/", audit.audit_list, name="audit-list"),
    # Sight of a release by a grant; the proof on paper
    path("releases/<uuid:release>/proof/papers/", proof.paper_ask, name="proof-paper-ask"),
    path("releases/<uuid:release>/proof/papers/<uuid:paper>.pdf", proof.paper_file, name="proof-paper"),
    path("break-glass/", break_glass.grant_list, name="break-glass-list"),
    path("break-glass/<uuid:grant>/end/", break_glass.grant_end, name="break-glass-end"),
    path("releases/<uuid:release>/break-glass/", break_glass.grant_give, name="break-glass-give"),
    path("health/live", health.health_live, name="health-live"),
    path("health/ready", health.health_ready, name="health-ready"),
]
