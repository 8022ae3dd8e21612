import pytest
from django.utils import translation

from consultations import services
from tests.factories.consultations import (
    MeetingFactory,
    PartnershipAgreementFactory,
    SourceFactory,
)
from tests.factories.regions import RegionFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("make", "owner"),
    [(MeetingFactory, "meeting"), (PartnershipAgreementFactory, "agreement")],
)
def test_withdrawn_record_leads_to_the_region_it_was_about(client, staff, make, owner):
    oriental, other = RegionFactory(oriental=True), RegionFactory()
    record = make(title_fr="Rencontre retirée")
    if owner == "meeting":
        record.region = oriental
    else:
        record.regions.add(oriental)
    record.save()
    SourceFactory(**{owner: record})
    services.withdraw(record, by=staff, reason="سجل مكرر")

    with translation.override("fr"):
        html = client.get(record.get_absolute_url()).content.decode()

    main = html.split("<main")[1].split("</main>")[0]
    assert 'href="/fr/regions/oriental/"' in main
    assert f"/fr/regions/{other.slug}/" not in main
    assert "Rencontre retirée" in main
    # The title is there in French; the reason, as it was given, in Arabic alone.
    assert main.count("en arabe") == 1
    assert "en arabe" in main.split("سجل مكرر")[1].split("</dd>")[0]


@pytest.mark.parametrize(
    ("make", "owner"),
    [(MeetingFactory, "meeting"), (PartnershipAgreementFactory, "agreement")],
)
def test_withdrawn_record_stays_gone_while_it_is_a_draft_again(
    client, staff, make, owner
):
    record = make(title_ar="عنوان منشور")
    SourceFactory(**{owner: record})
    url = record.get_absolute_url()
    services.withdraw(record, by=staff, reason="سجل مكرر")
    draft = services.return_to_draft(record, by=staff)
    draft.title_ar = "عنوان لم ينشر بعد"
    draft.save()

    gone = client.get(url)
    services.publish(draft, by=staff, override_reason="عاجل")
    back = client.get(url)

    assert (gone.status_code, back.status_code) == (410, 200)
    html = gone.content.decode()
    assert "عنوان منشور" in html
    assert "سجل مكرر" in html
    assert "عنوان لم ينشر بعد" not in html
    assert "عنوان لم ينشر بعد" in back.content.decode()
