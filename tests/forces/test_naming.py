"""Which force a text names: by its name, its short name, an abbreviation or a former name."""

import pytest

from forces import naming
from forces.models import Force, ForceName
from forces.register import load_register

pytestmark = pytest.mark.django_db

SHORT = {
    "avon-and-somerset": "A&S|Avon & Somerset|Avon and Somerset",
    "bedfordshire": "Beds|Beds Police",
    "cambridgeshire": "Cambs",
    "cheshire": "Cheshire",
    "city-of-london": "CoLP|City of London",
    "cleveland": "Cleveland",
    "cumbria": "Cumbria Police",
    "derbyshire": "Derbys|Derbyshire Police",
    "devon-and-cornwall": "D&C|Devon & Cornwall",
    "dorset": "Dorset",
    "durham": "Durham Constabulary|durham constabulary",
    "dyfed-powys": "Dyfed Powys|Dyfed\u2011Powys Police",
    "essex": "University of Essex|Essex’s|ESSEX",
    "gloucestershire": "Glos",
    "greater-manchester": "GMP|GMP’s|Greater Manchester",
    "gwent": "Gwent",
    "hampshire": "Hants Constabulary",
    "hertfordshire": "Herts",
    "humberside": "Humberside",
    "kent": "Kent-based|K\u00adent|ke\u200bnt police",
    "lancashire": "Lancs",
    "leicestershire": "Leics",
    "lincolnshire": "Lincs",
    "merseyside": "Merseyside",
    "metropolitan": "the Met|The Met’s|MPS|Met Police|the  Metropolitan\nPolice|Scotland Yard",
    "norfolk": "Norfolk",
    "north-wales": "North Wales|Heddlu Gogledd Cymru",
    "north-yorkshire": "North Yorks|N. Yorks",
    "northamptonshire": "Northants Police|**North**ants",
    "northumbria": "Northumbria",
    "nottinghamshire": "Notts",
    "south-wales": "South Wales",
    "south-yorkshire": "South Yorks|SYP",
    "staffordshire": "Staffs",
    "suffolk": "Suffolk",
    "surrey": "Surrey",
    "sussex": "Sussex",
    "thames-valley": "Thames Valley|Thames-Valley|TVP",
    "warwickshire": "Warks",
    "west-mercia": "West Mercia",
    "west-midlands": "WMP|West Mids",
    "west-yorkshire": "West Yorks Constabulary|West\u00a0Yorkshire|West\nYorks",
    "wiltshire": "Wilts",
}


def test_every_force_is_found_by_its_usual_short_names() -> None:
    assert load_register() == 43
    register = naming.register()
    names = dict(Force.objects.values_list("slug", "name"))
    assert set(SHORT) == set(names)
    for slug, written in SHORT.items():
        for words in written.split("|"):
            found = register.found(f"Staff of {words} are trained.", None)
            assert [(each.what, each.force) for each in found] == [("name", names[slug])], words


@pytest.mark.parametrize(
    "words",
    ["They met each week.", "the gmp of wales", "Kentish Town is no force", "beds in custody", "reading the met data",
     "It is an essential, durhamlike sussexes case", "the mps asked", "in the west. Yorkshire puddings"],
)  # fmt: skip
def test_other_words_are_no_names(words: str) -> None:
    load_register()
    assert naming.register().found(words, None) == []


def test_a_new_alias_counts_at_once_and_the_own_name_never() -> None:
    load_register()
    kent = Force.objects.get(slug="kent")
    ForceName.objects.create(force=kent, name="Invicta", is_alias=True, starts_on="2014-01-01")
    register = naming.register()
    assert [each.words for each in register.found("Invicta Police and the Invicta plan", None)] == [
        "Invicta Police",
        "Invicta",
    ]
    assert register.found("Invicta, Kent and Kent Police’s plan", kent.pk) == []
