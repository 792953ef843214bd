"""Whom a force rings: every screen of its own names a person and a telephone number (domain.md, rule 17)."""

from django.conf import settings

from inspections.models import Inspection


def contact_name(inspection: Inspection | None) -> str:
    """The inspection's own contact where it names one with a number, else the inspectorate's."""
    return inspection.contact_name if _named(inspection) and inspection else settings.CONTACT_NAME


def contact_telephone(inspection: Inspection | None) -> str:
    return inspection.contact_telephone if _named(inspection) and inspection else settings.CONTACT_TELEPHONE


def contact_words(inspection: Inspection | None) -> str:
    """ "Lead inspector, Core business: 020 7946 0142", for the foot of a page."""
    about = f", {inspection.short_title}" if inspection else ""
    return f"{contact_name(inspection)}{about}: {contact_telephone(inspection)}"


def _named(inspection: Inspection | None) -> bool:
    return bool(inspection and inspection.contact_name and inspection.contact_telephone)
