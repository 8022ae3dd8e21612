"""An analyst chooses a region and a year and takes exactly those rows away."""

import csv
import datetime
from pathlib import Path

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from consultations.exports.formula_guard import unguard
from tests.factories.consultations import AttendanceFactory, MeetingFactory
from tests.factories.regions import RegionFactory

# More than a page of the list, so that the files have to hold more than one shows.
SELECTED = 23


@pytest.fixture
def oriental(live_server):
    oriental = RegionFactory(oriental=True)
    elsewhere = RegionFactory()
    for number in range(SELECTED):
        meeting = MeetingFactory(
            region=oriental,
            starts_on=datetime.date(2022, 1, 1) + datetime.timedelta(days=number),
            title_ar=f"=لقاء; رقم {number}, «جهة الشرق»",
            city_ar="وجدة",
        )
        if number:
            AttendanceFactory(meeting=meeting, present=number)
    MeetingFactory(region=oriental, starts_on=datetime.date(2023, 1, 17))
    MeetingFactory(region=oriental, draft=True)
    MeetingFactory(region=elsewhere, starts_on=datetime.date(2022, 1, 5))
    MeetingFactory()
    return oriental


def slugs_on_all_pages(page) -> list[str]:
    slugs = []
    while True:
        links = page.locator("#results h3 a[href^='/meetings/']")
        slugs += [
            link.get_attribute("href").strip("/").split("/")[-1] for link in links.all()
        ]
        following = page.locator("#results a[rel=next]")
        if not following.count():
            return slugs
        with page.expect_navigation():
            following.click()


def taken_away(page, form: str, folder: Path) -> Path:
    with page.expect_download() as download:
        page.locator(f"#results a[href^='/data/meetings.{form}']").click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def test_analyst_takes_the_rows_of_a_region_and_a_year_in_both_forms(
    page, oriental, tmp_path
):
    page.goto("/meetings/")
    page.locator("select[name=region]").select_option("oriental")
    page.locator("select[name=year]").select_option("2022")
    page.locator("form.filters__in button[type=submit]").click()
    page.wait_for_url("**/meetings/?*region=oriental*")
    plain = taken_away(page, "csv", tmp_path)
    workbook = taken_away(page, "xlsx", tmp_path)
    shown = slugs_on_all_pages(page)

    today = timezone.localdate().isoformat()
    assert [plain.name, workbook.name] == [
        f"meetings_region-oriental_year-2022_{today}.csv",
        f"meetings_region-oriental_year-2022_{today}.xlsx",
    ]
    with plain.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    heading, *cells = load_workbook(workbook).worksheets[0].values
    assert list(heading) == list(rows[0])
    identifier, present = map(list(heading).index, ("slug", "people_present"))
    assert [(row[identifier], row[present]) for row in cells] == [
        (row["slug"], int(row["people_present"]) if row["people_present"] else None)
        for row in rows
    ]
    assert [row["slug"] for row in rows] == shown
    newest_first = range(SELECTED - 1, -1, -1)
    assert [
        (
            row["region_code"],
            row["starts_on"],
            unguard(row["title_ar"]),
            row["city"],
            row["people_present"],
        )
        for row in rows
    ] == [
        (
            "MA-02",
            f"2022-01-{number + 1:02d}",
            f"=لقاء; رقم {number}, «جهة الشرق»",
            "وجدة",
            str(number or ""),
        )
        for number in newest_first
    ]
    assert plain.read_bytes().startswith(b"slug,url,series,")
