import csv
from pathlib import Path

import regions
from regions.neighbours import NEIGHBOURS


def test_every_region_has_its_neighbours_both_ways():
    table = Path(regions.__file__).parent / "data" / "regions.csv"
    with table.open(encoding="utf-8") as lines:
        slugs = [row["slug"] for row in csv.DictReader(lines)]
    borders = {(one, other) for one in NEIGHBOURS for other in NEIGHBOURS[one]}

    assert list(NEIGHBOURS) == slugs
    assert {(other, one) for one, other in borders} == borders
    assert all(one != other for one, other in borders)
