import datetime
import re
from decimal import Decimal
from urllib.parse import quote

import pytest
from django.utils import translation

from consultations.models import PartnershipAgreement
from consultations.status import Status
from consultations.views.agreement import agreement_page_context
from tests.config.test_linked_data import read_blocks
from tests.consultations.views.records import full_agreement
from tests.factories.consultations import (
    AgreementComponentFactory,
    AgreementPartyFactory,
    AgreementStepFactory,
    AidDistributionFactory,
    CommitmentFactory,
    DiscrepancyFactory,
    ExpectationFactory,
    MeetingFactory,
    PartnershipAgreementFactory,
)
from tests.factories.regions import RegionFactory
from tests.factories.stakeholders import (
    OfficeFactory,
    OrganisationFactory,
    PersonFactory,
)

pytestmark = pytest.mark.django_db

LIST = "/agreements/"


def english(record):
    with translation.override("en"):
        return record.get_absolute_url()


@pytest.mark.parametrize("count", [1, 3])
def test_agreement_list_shows_published_only(client, count, django_assert_num_queries):
    region = RegionFactory()
    published = PartnershipAgreementFactory.create_batch(count)
    for agreement in published:
        agreement.regions.add(region)
        AgreementPartyFactory(agreement=agreement)
        AgreementStepFactory(agreement=agreement, date=datetime.date(2022, 1, 12))
    PartnershipAgreementFactory(draft=True, title_ar="مسودة")
    PartnershipAgreementFactory(withdrawn=True, title_ar="مسحوب")

    # facets, names of what they are of, page, its regions, date of the data
    with django_assert_num_queries(24):
        response = client.get(LIST)

    assert set(response.context["agreements"]) == set(published)
    assert "مسودة" not in response.content.decode()
    assert "مسحوب" not in response.content.decode()


def test_list_adds_known_amounts_and_says_how_many_are_unknown(client):
    for amount, note in (
        ("2.50", "exact"),
        ("40", "about"),
        ("900", "programme_total"),
    ):
        PartnershipAgreementFactory(amount=Decimal(amount), amount_note=note)
    PartnershipAgreementFactory()
    PartnershipAgreementFactory(amount=Decimal(7), amount_note="exact", draft=True)

    response = client.get("/en" + LIST)

    amounts = response.context["amounts"]
    assert (amounts.total, amounts.without) == (Decimal("42.50"), 2)
    assert "2 agreements have no amount of their own" in response.content.decode()


def test_list_adds_up_by_status_what_is_known_and_counts_what_is_not(client):
    for kind, amount in (("signed", "10.50"), ("signed", None), ("proposed", None)):
        AgreementStepFactory(
            kind=kind,
            agreement=PartnershipAgreementFactory(
                amount=amount and Decimal(amount),
                amount_note="exact" if amount else "unknown",
            ),
        )

    response = client.get("/en" + LIST)

    assert {
        status.value: (part.agreements, part.total, part.without)
        for status, part in response.context["by_status"].items()
    } == {"proposed": (1, None, 1), "signed": (2, Decimal("10.50"), 1)}
    assert list(response.context["by_status"]) == [Status.PROPOSED, Status.SIGNED]
    totals = response.content.decode().split('class="table figures"')[1]
    assert "not mentioned in the sources" in totals.split("</table>")[0]


def test_list_shows_the_status_of_today_in_each_row(client):
    signed = AgreementStepFactory(kind="signed").agreement
    proposed = AgreementStepFactory(kind="proposed").agreement

    agreements = client.get(LIST).context["agreements"]

    assert [(one, one.status) for one in agreements] == [
        (proposed, Status.PROPOSED),
        (signed, Status.SIGNED),
    ]


def test_list_says_of_an_unknown_amount_that_it_is_not_mentioned(client):
    PartnershipAgreementFactory()

    response = client.get("/en" + LIST)

    assert response.context["amounts"].total is None
    row = response.content.decode().split("<tbody>")[1].split("</tbody>")[0]
    assert row.count("not mentioned in the sources") == 2  # signature, amount
    assert ">0<" not in row


def test_list_selects_what_its_filters_select(client):
    signed = AgreementStepFactory(kind="signed").agreement
    AgreementStepFactory(kind="proposed")

    response = client.get("/en" + LIST + "?status=signed")

    assert list(response.context["agreements"]) == [signed]
    assert response.context["total"] == 2
    assert "1 agreement of 2" in response.content.decode()


def test_list_of_a_year_says_how_many_have_no_date_to_go_by(client):
    shown = AgreementStepFactory(date=datetime.date(2022, 1, 12)).agreement
    AgreementStepFactory(date=datetime.date(2021, 1, 12))
    partly = AgreementStepFactory(date=datetime.date(2022, 3, 1)).agreement
    AgreementStepFactory(agreement=partly, date=None)
    AgreementStepFactory(date=None)
    PartnershipAgreementFactory()
    PartnershipAgreementFactory(draft=True)

    of_year = client.get("/en" + LIST + "?year=2022")
    signed = client.get("/en" + LIST + "?year=2022&status=unknown")
    whole = client.get("/en" + LIST)

    said = "agreements without any dated step are left out by the year."
    assert set(of_year.context["agreements"]) == {shown, partly}
    assert f"2 {said}" in of_year.content.decode()
    assert "1 agreement without any dated step is left out" in signed.content.decode()
    assert said not in whole.content.decode()


@pytest.mark.parametrize("path", ["/en/meetings/", "/en/agreements/"])
def test_empty_search_offers_the_same_words_everywhere(client, path):
    found = client.get(path + "?q=الشرق %26 %2Bx").content.decode()
    unasked = client.get(path + "?year=1999").content.decode()

    link = f'href="/en/search/?q={quote("الشرق & +x", safe="")}"'
    assert link in found
    assert 'href="/en/search/?q=' not in unasked


@pytest.mark.parametrize("count", [1, 3])
def test_page_takes_the_same_queries_with_any_number_of_parts(
    client, count, django_assert_num_queries
):
    agreement = full_agreement(count)

    with django_assert_num_queries(19):
        response = client.get(agreement.get_absolute_url())

    assert response.status_code == 200


def test_page_of_a_bare_agreement_says_that_the_sources_are_silent(client):
    html = client.get(english(PartnershipAgreementFactory())).content.decode()

    main = html.split("<main")[1].split('<div class="tools">')[0]
    assert "status unknown" in main
    assert main.count("not mentioned in the sources") >= 12
    assert ">0<" not in main


def test_chain_leads_back_to_the_expectations_of_its_meeting(client):
    agreement = PartnershipAgreementFactory()
    meeting = MeetingFactory(title_ar="لقاء وجدة")
    asked = ExpectationFactory(meeting=meeting)
    made = CommitmentFactory(meeting=meeting, agreement=agreement)
    made.answers.add(asked)
    secret = MeetingFactory(draft=True, title_ar="لقاء مكتوم")
    hidden = CommitmentFactory(meeting=secret, agreement=agreement, text_ar="سر")
    hidden.answers.add(ExpectationFactory(meeting=secret, text_ar="سر آخر"))
    AgreementStepFactory(agreement=agreement, meeting=secret)
    AidDistributionFactory(meeting=secret, legal_basis=agreement, description_ar="منحة")

    response = client.get(agreement.get_absolute_url())

    dossier = response.context["dossier"]
    assert [link.expectation for link in dossier.chain.expectations] == [asked]
    assert [link.commitment for link in dossier.chain.commitments] == [made]
    assert dossier.meetings == [meeting]
    html = response.content.decode()
    assert meeting.get_absolute_url() in html
    assert [text for text in ("لقاء مكتوم", "سر آخر", "منحة") if text in html] == []


def test_agreements_it_is_tied_to_are_shown_when_public(client):
    amended, framework = PartnershipAgreementFactory.create_batch(2)
    agreement = PartnershipAgreementFactory(amends=amended, based_on=framework)
    annex = PartnershipAgreementFactory(amends=agreement)
    applied = PartnershipAgreementFactory(based_on=agreement)
    PartnershipAgreementFactory(amends=agreement, draft=True)

    related = client.get(agreement.get_absolute_url()).context["dossier"].related

    assert related == [
        ("amends", amended),
        ("based_on", framework),
        ("amended_by", annex),
        ("applied_by", applied),
    ]


def test_meeting_that_led_to_it_is_told_from_that_of_the_signature(client):
    agreement = PartnershipAgreementFactory()
    signed_at = MeetingFactory(title_en="Oujda")
    AgreementStepFactory(agreement=agreement, meeting=signed_at, kind="signed")

    def head():
        page = client.get(english(agreement)).text.split('<dl class="meta">')[1]
        pairs = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page.split("</dl>")[0])
        names = ("led to it", "was signed")
        return {
            label: re.sub("<[^>]+>", "", text)
            for label, text in pairs
            if label.endswith(names)
        }

    led, signed = "The meeting that led to it", "The meeting at which it was signed"
    assert head() == {signed: "Oujda"}

    CommitmentFactory(agreement=agreement, meeting=MeetingFactory(title_en="Figuig"))
    assert head() == {led: "Figuig", signed: "Oujda"}

    CommitmentFactory(agreement=agreement, meeting=signed_at)
    assert head()[led].split("Figuig") != [head()[led]]
    assert signed not in head()


def test_step_that_decides_the_status_is_marked(client):
    agreement = PartnershipAgreementFactory()
    for kind, day in (("proposed", 1), ("signed", 2), ("amended", 3)):
        AgreementStepFactory(
            agreement=agreement, kind=kind, date=datetime.date(2022, 1, day)
        )

    response = client.get(agreement.get_absolute_url())

    assert response.context["agreement"].status == Status.SIGNED
    assert [s.kind for s in response.context["dossier"].steps if s.is_deciding] == [
        "signed"
    ]


def test_contributions_add_what_is_known_and_say_what_is_not(client):
    agreement = PartnershipAgreementFactory()
    AgreementPartyFactory(agreement=agreement, contribution=Decimal(6_000_000))
    AgreementPartyFactory(agreement=agreement, contribution=Decimal(0))
    AgreementPartyFactory(agreement=agreement)

    response = client.get(english(agreement))

    dossier = response.context["dossier"]
    assert (dossier.contributions, dossier.parties_without_contribution) == (
        Decimal(6_000_000),
        1,
    )
    assert "That of 1 party is not known." in response.content.decode()


def test_signatory_is_named_in_an_office_or_with_consent_only(client):
    agreement = PartnershipAgreementFactory()
    for name, consent, office in (
        ("معاذ", False, OfficeFactory()),
        ("خديجة", True, None),
        ("مجهولة", False, None),
    ):
        AgreementPartyFactory(
            agreement=agreement,
            signed_by=PersonFactory(name_ar=name, consents_to_be_named=consent),
            signatory_office=office,
        )

    html = client.get(english(agreement)).content.decode()

    assert [n for n in ("معاذ", "خديجة", "مجهولة") if n in html] == ["معاذ", "خديجة"]
    assert html.count("name not published") == 1


def test_office_stated_in_arabic_only_is_marked_as_such(client):
    party = AgreementPartyFactory(signatory_office_stated="والي الجهة")

    html = client.get(english(party.agreement)).content.decode()

    assert (
        '<span lang="ar" dir="rtl">والي الجهة</span> '
        '<small class="lang-mark">in Arabic</small>'
    ) in html


def test_components_are_shown_with_their_quantities(client):
    component = AgreementComponentFactory(quantity=3, amount=Decimal("1250000"))

    html = client.get(english(component.agreement)).content.decode()

    assert "Quantity: 3" in html
    assert "MAD\u00a01,250,000" in html


def test_kind_of_components_is_named_once_for_those_that_follow_each_other(client):
    agreement = PartnershipAgreementFactory()
    for kind in ("purchase", "purchase", "construction", "purchase"):
        AgreementComponentFactory(agreement=agreement, kind=kind)

    html = client.get(english(agreement)).content.decode()

    components = html.split('id="components"')[1].split("<h2")[0]
    assert re.findall(
        r'<h3 class="h3">(.*?)</h3>\s*<ol.*? start="(\d)">', components
    ) == [
        ("Purchase", "1"),
        ("Construction", "3"),
        ("Purchase", "4"),
    ]
    assert components.count("<li>") == 4


def test_note_and_doubts_about_status_and_amount_stand_in_the_head(client):
    agreement = PartnershipAgreementFactory(note="المبلغ للشراكة المقترحة")
    DiscrepancyFactory(
        agreement=agreement, matter="amount", settled_en="Half of the programme"
    )
    DiscrepancyFactory(agreement=agreement, matter="place", settled_en="Both places")

    html = client.get(english(agreement)).content.decode()

    head = html.split('<header class="dochead">')[1].split("</header>")[0]
    assert [
        text
        for text in ("المبلغ للشراكة المقترحة", "Half of the programme", "Both places")
        if text in head
    ] == ["المبلغ للشراكة المقترحة", "Half of the programme"]
    assert html.count("المبلغ للشراكة المقترحة") == 1


def test_aid_paid_out_under_it_counts_as_done(client):
    aid = AidDistributionFactory(
        legal_basis=PartnershipAgreementFactory(), description_en="Tricycles"
    )

    html = client.get(english(aid.legal_basis)).content.decode()

    done = html.split("What was done</h3>")[1].split("</section>")[0]
    assert '<a href="#aid-1">Tricycles</a>' in done
    assert "not mentioned in the sources" not in done
    assert 'id="aid-1"' in html


def test_breadcrumbs_end_with_the_name_of_the_agreement(client):
    agreement = PartnershipAgreementFactory(title_en="Support of small enterprises")

    html = client.get(english(agreement)).content.decode()

    assert '<li aria-current="page">Support of small enterprises</li>' in html


def test_withdrawn_agreement_is_gone_and_says_why(client):
    agreement = PartnershipAgreementFactory(withdrawn=True)

    response = client.get(english(agreement))

    assert response.status_code == 410
    assert agreement.reference in response.content.decode()
    assert agreement.withdrawal_reason in response.content.decode()


def test_draft_and_unknown_agreement_are_not_found(client):
    draft = PartnershipAgreementFactory(draft=True)

    answers = [
        client.get(f"/agreements/{reference}/").status_code
        for reference in (draft.reference, "AG-1999-0001", "x")
    ]

    assert answers == [404, 404, 404]


def test_context_of_a_draft_serves_its_preview():
    draft = PartnershipAgreementFactory(draft=True)

    context = agreement_page_context(draft, "https://p.ma", is_preview=True)

    assert (context["agreement"], context["is_preview"]) == (draft, True)


def work_of(client, agreement):
    blocks = read_blocks(client.get(english(agreement)).content.decode())
    return next(one for one in blocks if one["@type"] == "CreativeWork")


def test_agreement_is_told_to_machines_as_far_as_it_is_known(client):
    frame = PartnershipAgreementFactory(title_en="Framework")
    agreement = PartnershipAgreementFactory(
        title_en="Centre of Oujda",
        short_label_en="Centre",
        period_starts_on=datetime.date(2022, 1, 1),
        based_on=frame,
    )
    agreement.regions.add(RegionFactory(oriental=True))
    meeting = MeetingFactory(title_en="Meeting of Oujda")
    for day in (20, 12):
        AgreementStepFactory(
            agreement=agreement,
            date=datetime.date(2022, 1, day),
            meeting=meeting if day == 12 else None,
        )
    AgreementPartyFactory(
        agreement=agreement, organisation=OrganisationFactory(name_en="Council")
    )

    work = work_of(client, agreement)

    assert work["identifier"] == agreement.reference
    assert (work["name"], work["alternateName"]) == ("Centre of Oujda", "Centre")
    assert work["dateCreated"] == "2022-01-12"
    assert work["temporalCoverage"] == "2022-01-01/.."
    assert work["creativeWorkStatus"] == "in force"
    assert [one["identifier"] for one in work["spatialCoverage"]] == ["MA-02"]
    assert [one["name"] for one in work["contributor"]] == ["Council"]
    assert work["isBasedOn"] == [
        {
            "@type": "CreativeWork",
            "name": "Framework",
            "url": f"http://testserver{english(frame)}",
        }
    ]
    assert [one["url"] for one in work["mentions"]] == [
        f"http://testserver{english(meeting)}"
    ]


def test_what_is_not_known_of_an_agreement_is_not_told(client):
    work = work_of(client, PartnershipAgreementFactory())

    assert set(work) == {
        *("@context", "@type", "@id", "url", "identifier", "name", "description"),
        *("creativeWorkStatus", "mainEntityOfPage"),
    }


def test_page_of_an_agreement_has_the_licence_and_not_the_text_that_was_signed(
    client, settings
):
    settings.LICENCE_URL = "https://licence.example/"
    agreement = PartnershipAgreementFactory(
        published_at=datetime.datetime(2026, 3, 1, 9, tzinfo=datetime.UTC)
    )
    PartnershipAgreement.objects.filter(pk=agreement.pk).update(
        updated_at=datetime.datetime(2026, 7, 4, 9, 30, tzinfo=datetime.UTC)
    )

    work = work_of(client, agreement)

    assert "license" not in work
    assert work["mainEntityOfPage"] == {
        "@type": "WebPage",
        "url": work["url"],
        "inLanguage": "en",
        "license": "https://licence.example/",
        "datePublished": "2026-03-01T09:00:00+00:00",
        "dateModified": "2026-07-04T10:30:00+01:00",
        "publisher": {"@id": "http://testserver/#ministry"},
    }


@pytest.mark.parametrize("language", ["ar", "fr", "en"])
def test_hostile_title_reaches_machines_whole_and_readers_escaped(client, language):
    hostile = "</script><script>alert(1)</script>&lt;"
    agreement = PartnershipAgreementFactory(
        title_ar=hostile, title_fr=hostile, title_en=hostile
    )
    with translation.override(language):
        url = agreement.get_absolute_url()

    html = client.get(url).content.decode()

    work, crumbs = read_blocks(html)
    assert work["name"] == hostile
    assert crumbs["itemListElement"][-1]["name"] == hostile
    assert "<script>alert" not in html


def test_agreement_is_cited_by_its_reference(client):
    agreement = PartnershipAgreementFactory(title_en="Centre")

    page = client.get(english(agreement)).context

    assert page["bibtex"].startswith(f"@misc{{{agreement.reference},")
    assert [one.language for one in page["citations"]] == ["en", "ar", "fr"]
    assert f'<bdi dir="ltr">{agreement.reference}</bdi>' in page["citations"][0].words


def test_agreements_it_is_tied_to_stand_in_a_section_of_their_own(client):
    amended = PartnershipAgreementFactory(title_en="The first one")
    agreement = PartnershipAgreementFactory(amends=amended)

    html = client.get(english(agreement)).content.decode()

    section = html.split('<h2 id="related">')[1].split("<h2")[0]
    words = " ".join(re.sub("<[^>]+>", " ", section).split())
    assert words == (
        f"Agreements it is tied to Amends The first one {amended.reference}"
    )
    assert (
        'id="related"'
        not in client.get(english(PartnershipAgreementFactory())).content.decode()
    )


@pytest.mark.parametrize("matter", ["amount", "beneficiaries", "person", "territory"])
def test_fact_that_sources_dispute_leads_to_what_each_says(client, matter):
    agreement = full_agreement(1)
    agreement.discrepancies.update(matter=matter)

    html = client.get(english(agreement)).content.decode()

    assert html.count('<a class="dispute" href="#discrepancy-1">') == 1
    assert html.count('id="discrepancy-1"') == 1


def test_description_is_the_purpose_or_what_is_known_in_the_reader_s_words(client):
    told = PartnershipAgreementFactory(purpose_en="Equip a centre.\nRun it.")
    untold = PartnershipAgreementFactory(purpose_ar="تجهيز مركز")

    descriptions = [
        re.findall(
            r'<meta name="description" content="([^"]*)">',
            client.get(english(one)).content.decode(),
        )[0]
        for one in (told, untold)
    ]

    assert descriptions == [
        "Equip a centre. Run it.",
        f"Agreement – National – status unknown – {untold.reference}",
    ]


def test_empty_search_offers_the_nearest_spelling_with_the_filters_kept(client):
    PartnershipAgreementFactory(title_ar="اتفاقية الإسعاف الاجتماعي")

    html = client.get("/en/agreements/?q=الاسعااف&year=2022").content.decode()

    suggestion = html.split("Did you mean:")[1].split("</p>")[0]
    assert "الإسعاف</bdi>" in suggestion
    assert f'href="/en/agreements/?q={quote("الإسعاف")}&amp;year=2022"' in suggestion


@pytest.mark.parametrize("words", ["الاسعاف", "للإسعاف"])
def test_register_marks_what_was_searched_for(client, words):
    PartnershipAgreementFactory(title_ar="اتفاقية الإسعاف الاجتماعي")

    html = client.get(f"/agreements/?q={words}").content.decode()

    assert "اتفاقية <mark>الإسعاف</mark> الاجتماعي" in html
