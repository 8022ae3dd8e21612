import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from django.utils.html import escape
from django.utils.text import capfirst

from consultations import services
from consultations.catalogue.releases import freeze
from consultations.exports import DATASETS, FORMS
from consultations.models import Meeting
from tests.config.test_linked_data import read_blocks
from tests.factories.consultations import MeetingFactory, ParticipationFactory

pytestmark = pytest.mark.django_db

PREFIXES = {"ar": "", "fr": "/fr", "en": "/en"}


def page(client, path):
    return client.get(path).content.decode()


@pytest.mark.parametrize("language", PREFIXES)
def test_every_dataset_has_a_card_in_each_language(client, language):
    html = page(client, f"{PREFIXES[language]}/data/")

    with translation.override(language):
        for name, dataset in DATASETS.items():
            assert (
                f'<h3><a href="{PREFIXES[language]}/data/{name}/">'
                f"{escape(str(dataset.title))}</a></h3>"
            ) in html
            assert escape(str(dataset.description)) in html
            for form in FORMS:
                assert f'href="/data/{name}.{form}"' in html


def test_cards_count_the_rows_of_the_files(client):
    ParticipationFactory(meeting=MeetingFactory())
    ParticipationFactory(meeting=MeetingFactory(draft=True))

    html = page(client, "/en/data/")

    cards = re.findall(r'<article class="card.*?</article>', html, flags=re.S)
    counted = [int(re.search(r"<p class=\"small\">(\d+) row", one)[1]) for one in cards]
    assert counted == [
        len(client.get(f"/data/{name}.csv").getvalue().splitlines()) - 1
        for name in DATASETS
    ]


def test_a_record_that_comes_by_itself_is_a_change_too(client, clock):
    MeetingFactory()
    comes_at = clock.now + datetime.timedelta(days=30)
    MeetingFactory(publish_at=comes_at, published_at=comes_at)
    clock.move(datetime.timedelta(days=31))

    html = page(client, "/en/data/meetings/")

    day = timezone.localdate(comes_at).isoformat()
    assert re.search(rf'last change: <time datetime="{day}T', html)


def test_a_withdrawal_is_a_change_too(client, staff, clock):
    meeting = MeetingFactory()
    MeetingFactory()
    clock.move(datetime.timedelta(days=40))
    services.withdraw(Meeting.objects.get(pk=meeting.pk), by=staff, reason="سجل مكرر")

    html = page(client, "/en/data/meetings/")

    day = timezone.localdate().isoformat()
    assert re.search(rf'last change: <time datetime="{day}T', html)


@pytest.mark.parametrize("path", ["/data/", f"/data/{next(iter(DATASETS))}/"])
def test_page_asks_as_much_whatever_the_rows(client, path):
    counts = []
    for more in (1, 2):
        for _number in range(more):
            ParticipationFactory(meeting=MeetingFactory())
        with CaptureQueriesContext(connection) as asked:
            client.get(path)
        counts.append(len(asked))

    assert counts[0] == counts[1] > 0


@pytest.mark.parametrize("language", PREFIXES)
@pytest.mark.parametrize("dataset", DATASETS.values(), ids=lambda one: one.name)
def test_dictionary_explains_every_column_at_its_place(client, dataset, language):
    html = page(client, f"{PREFIXES[language]}/data/{dataset.name}/")

    rows = dict(re.findall(r'<tr id="([a-z0-9_]+)">(.*?)</tr>', html, flags=re.S))
    assert list(rows) == list(dataset.keys)
    with translation.override(language):
        for column in dataset.columns:
            assert f">{escape(capfirst(column.label))}</td>" in rows[column.key]
            assert escape(column.description) in rows[column.key]
            for code in column.values:
                assert f'<code dir="ltr">{code}</code>' in rows[column.key]


@pytest.mark.parametrize("dataset", DATASETS.values(), ids=lambda one: one.name)
def test_page_of_a_dataset_names_its_filters(client, dataset):
    html = page(client, f"/en/data/{dataset.name}/")

    section = html.split('<h2 id="filters">')[1].split("<h2")[0]
    assert re.findall(r'<code dir="ltr">(\w+)</code>', section) == list(
        dataset.filters(is_export=True).fields
    )


def test_what_is_no_dataset_has_no_page(client):
    assert client.get("/data/nothing/").status_code == 404


def test_machines_find_the_datasets_and_their_files(client):
    [catalog] = [
        one
        for one in read_blocks(page(client, "/fr/data/"))
        if one["@type"] == "DataCatalog"
    ]

    assert [one["identifier"] for one in catalog["dataset"]] == list(DATASETS)
    for one in catalog["dataset"]:
        [alone] = [
            block
            for block in read_blocks(page(client, f"/fr/data/{one['identifier']}/"))
            if block["@type"] == "Dataset"
        ]
        assert {key: alone[key] for key in one} == one
        assert [file["contentUrl"] for file in one["distribution"]] == [
            f"http://testserver/data/{one['identifier']}.{form}" for form in FORMS
        ]
        assert 50 <= len(one["description"]) <= 5000


def test_releases_are_listed_with_what_to_cite(client, settings, tmp_path):
    settings.DATA_ROOT = tmp_path
    assert "No release has been made yet" in page(client, "/en/data/")
    days = [datetime.date(2026, 11, 25), datetime.date(2026, 12, 1)]
    made = [freeze("http://testserver", day) for day in days]

    html = page(client, "/en/data/")

    assert re.findall(r'<li id="release-([\d-]+)"', html) == [
        "2026-12-01",
        "2026-11-25",
    ]
    for release in made:
        assert f'dir="ltr">http://testserver{release.path}</a>' in html
        assert release.sha256 in html
    assert "No release has been made yet" not in html
