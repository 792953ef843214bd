"""The register of forces, from `forces/data/forces.csv`. An empty cell is unknown and stays empty."""

import csv
import datetime as dt
from pathlib import Path

from django.db import transaction

from forces.models import Force, ForceName, Place, Region, RegionMembership

#: Larger towns that one force alone polices. Only a beginning: inspectors keep the list in the browser.
PLACES = Path(__file__).parent / "data" / "places.csv"
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
    return len(rows)


def _load_places() -> None:
    """Once, into an empty list: afterwards it belongs to those who keep it."""
    forces = Force.objects.in_bulk(field_name="slug")
    with PLACES.open(newline="", encoding="utf-8") as handle:
        rows = [row for row in csv.DictReader(handle) if row["slug"] in forces]
    Place.objects.bulk_create(Place(name=row["place"], force=forces[row["slug"]]) for row in rows)


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
