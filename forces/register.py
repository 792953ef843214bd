"""The register of forces, from `forces/data/forces.csv`. An empty cell is unknown and stays empty."""

import csv
import datetime as dt
from pathlib import Path

from django.db import transaction

from forces.models import Force, ForceName, Place, Region, RegionMembership

#: Larger towns that one force alone polices. Only a beginning: inspectors keep the list in the browser.
PLACES = Path(__file__).parent / "data" / "places.csv"
#: Abbreviations, short names and former names by which a force is usually called. They are kept in the browser too.
ALIASES = Path(__file__).parent / "data" / "aliases.csv"
REGISTER = Path(__file__).parent / "data" / "forces.csv"
#: The register's names and regions are those of 2014; how long they had held then is not known to it.
SINCE = dt.date(2014, 1, 1)


@transaction.atomic
def load_register(path: Path = REGISTER) -> int:
    """Bring the register into the database, or up to date; returns how many forces it has. Twice changes nothing."""
    with path.open(newline="", encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    for row in rows:
        _load(row)
    if not Place.objects.exists():
        _load_places()
    if not ForceName.objects.filter(is_alias=True).exists():
        _load_aliases()
    return len(rows)


def _load_places() -> None:
    """Once, into an empty list: afterwards it belongs to those who keep it."""
    Place.objects.bulk_create(Place(name=row["place"], force=force) for row, force in _rows(PLACES))


def _load_aliases() -> None:
    """Likewise once."""
    ForceName.objects.bulk_create(
        ForceName(force=force, name=row["alias"], is_alias=True, starts_on=SINCE) for row, force in _rows(ALIASES)
    )


def _rows(path: Path) -> list[tuple[dict[str, str], Force]]:
    forces = Force.objects.in_bulk(field_name="slug")
    with path.open(newline="", encoding="utf-8") as handle:
        return [(row, forces[row["slug"]]) for row in csv.DictReader(handle) if row["slug"] in forces]


def _load(row: dict[str, str]) -> None:
    force, _ = Force.objects.update_or_create(
        slug=row["slug"],
        defaults={
            "name": row["name"],
            "statistical_region": row["statistical_region"],
            "chief_officer_title": row["chief_officer_title"],
            "local_policing_body": row["local_policing_body_2014"],
        },
    )
    ForceName.objects.get_or_create(force=force, name=row["name"], defaults={"starts_on": SINCE})
    if row["hmi_region_2014"]:
        name = f"{row['hmi_region_2014']} Region"
        region, _ = Region.objects.get_or_create(slug=row["hmi_region_2014"].lower(), defaults={"name": name})
        RegionMembership.objects.get_or_create(region=region, force=force, defaults={"starts_on": SINCE})
