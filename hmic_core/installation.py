"""Which installation the database belongs to. A restored copy elsewhere does nothing outward until it is adopted.

The gate does not ask this: it compares the name that a release was approved under (docs/embargo.md). This is about
everything else that could go out: notices, approvals.
"""

from django.conf import settings

from hmic_core.errors import NotAllowed
from hmic_core.models import Adoption


def installation() -> str:
    """The installation that this database was set up for or last adopted by; empty for a new one."""
    return Adoption.objects.order_by("-at").values_list("installation", flat=True).first() or ""


def is_elsewhere() -> bool:
    """Whether this is a restored copy that nobody has adopted yet."""
    return installation() not in ("", settings.INSTALLATION)


def refuse_elsewhere() -> None:
    """Raise NotAllowed in a restored copy that nobody has adopted."""
    if is_elsewhere():
        raise NotAllowed(
            "This database was restored from another installation. It has to be adopted first (manage.py adopt)."
        )
