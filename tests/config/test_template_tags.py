import re
from datetime import UTC, datetime
from decimal import Decimal
from html import unescape

import pytest
from django.conf.urls.i18n import i18n_patterns
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.template import Context, Template, TemplateSyntaxError
from django.urls import include, path
from django.utils import translation

from config.context_processors import portal
from config.localization import LocalizedText
from config.models import DataVersion
from config.template_tags import (
    by_its_script,
    hits_in_context,
    isolate,
    language_attributes,
    language_mark,
    lines,
    localized_block,
    marked,
    money,
    percent,
    quantity,
)


def page(request, **kwargs):
    return HttpResponse()


pages = (
    [
        path("meetings/", page, name="meeting_list"),
        path("meetings/<slug:slug>/", page, name="meeting_detail"),
    ],
    "consultations",
)
urlpatterns = i18n_patterns(
    path("", page, name="home"),
    path("", include(pages)),
    prefix_default_language=False,
)


def render(source, request=None, **context):
    return Template(source).render(Context({"request": request, **context}))


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("ar", ["0", "7", "1.250", "1.250.000", "12,5", "-3.000"]),
        ("fr", ["0", "7", "1\u202f250", "1\u202f250\u202f000", "12,5", "-3\u202f000"]),
        ("en", ["0", "7", "1,250", "1,250,000", "12.5", "-3,000"]),
    ],
)
def test_quantity_groups_as_the_language_does(language, expected):
    with translation.override(language):
        assert [
            quantity(number)
            for number in (0, 7, 1250, Decimal("1250000.00"), 12.5, -3000)
        ] == expected


@pytest.mark.parametrize("write", [quantity, money, percent, isolate, marked])
@pytest.mark.parametrize("unknown", [None, ""])
def test_unknown_is_written_as_nothing(write, unknown):
    assert write(unknown) == ""


@pytest.mark.parametrize(
    ("language", "whole", "with_cents"),
    [
        ("ar", "1.250.000\u00a0درهم", "800,50\u00a0درهم"),
        ("fr", "1\u202f250\u202f000\u00a0DH", "800,50\u00a0DH"),
        ("en", "MAD\u00a01,250,000", "MAD\u00a0800.50"),
    ],
)
def test_money_has_its_unit_and_cents_only_where_there_are_any(
    language, whole, with_cents
):
    with translation.override(language):
        assert money(Decimal("1250000.00")) == f"<bdi>{whole}</bdi>"
        assert money(Decimal("800.50")) == f"<bdi>{with_cents}</bdi>"


def test_money_of_zero_is_zero_and_not_unknown():
    with translation.override("en"):
        assert money(Decimal("0.00")) == "<bdi>MAD\u00a00</bdi>"


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("ar", ["36,4%", "100%", "0,3%"]),
        ("fr", ["36,4\u202f%", "100\u202f%", "0,3\u202f%"]),
        ("en", ["36.4%", "100%", "0.3%"]),
    ],
)
def test_percent_is_rounded_half_up_to_one_decimal(language, expected):
    with translation.override(language):
        assert [percent(share) for share in (36.44, Decimal(100), 0.25)] == [
            f"<bdi>{text}</bdi>" for text in expected
        ]


def test_isolate_escapes_and_may_fix_the_direction():
    assert isolate("a<b") == "<bdi>a&lt;b</bdi>"
    assert isolate("AG-2022-0003", "ltr") == '<bdi dir="ltr">AG-2022-0003</bdi>'


def test_isolate_names_arabic_where_it_is_not_the_readers():
    with translation.override("fr"):
        assert isolate("وجدة") == '<bdi lang="ar" dir="rtl">وجدة</bdi>'
        assert isolate("Oujda") == "<bdi>Oujda</bdi>"
        assert isolate(2022) == "<bdi>2022</bdi>"


def test_marked_leaves_a_text_in_the_readers_language_plain():
    assert marked(LocalizedText("R&D", "fr")) == "R&amp;D"


def test_marked_names_the_language_of_a_fallback_and_escapes_it():
    text = LocalizedText("<b>لقاء</b>", "ar", is_fallback=True)

    with translation.override("en"):
        assert marked(text) == (
            '<span lang="ar" dir="rtl">&lt;b&gt;لقاء&lt;/b&gt;</span>'
            ' <small class="lang-mark">in Arabic</small>'
        )


def test_marked_says_nothing_of_an_empty_fallback():
    assert marked(LocalizedText("", "ar", is_fallback=True)) == ""


def test_localized_block_makes_paragraphs_and_keeps_line_breaks():
    assert localized_block("one\r\ntwo <i>\r\n\r\n\r\nthree") == (
        '<div class="text"><p>one<br>\ntwo &lt;i&gt;</p>\n<p>three</p></div>'
    )


def test_localized_block_marks_a_fallback_once_below_its_paragraphs():
    text = LocalizedText("Un.\n\nDeux.", "fr", is_fallback=True)

    with translation.override("en"):
        assert localized_block(text) == (
            '<div class="text"><div lang="fr" dir="ltr"><p>Un.</p>\n<p>Deux.</p></div>'
            '<small class="lang-mark">in French</small></div>'
        )


def test_localized_block_marks_what_was_searched_for_line_by_line():
    assert localized_block("لقاء <وجدة>\nبوجدة", "وجدة") == (
        '<div class="text"><p>لقاء &lt;<mark>وجدة</mark>&gt;<br>\n'
        "<mark>بوجدة</mark></p></div>"
    )


QUOTED = '<span lang="ar" dir="rtl">{}</span>'


@pytest.mark.parametrize(
    ("language", "text", "printed"),
    [
        ("fr", "selon « الصحيفة » (A & B)", f"selon « {QUOTED} » (A &amp; B)"),
        ("en", "الصحيفة", QUOTED),
        ("en", "لقاء (وجدة) 12 at لقاء", f"{QUOTED} 12 at {QUOTED}"),
        ("ar", "selon الصحيفة", "selon الصحيفة"),
        ("en", "no Arabic – at all", "no Arabic – at all"),
    ],
)
def test_arabic_that_a_text_quotes_is_named_as_such(language, text, printed):
    quoted = [*re.findall("[ء-ي() ]*[ء-ي)]", text)]
    printed = printed.format(*(one.strip() for one in quoted))
    with translation.override(language):
        assert marked(text) == printed
        assert localized_block(text) == f'<div class="text"><p>{printed}</p></div>'


@pytest.mark.parametrize(
    ("reader", "text", "printed"),
    [
        (
            "fr",
            "«رئيس» Jury",
            '<span lang="ar" dir="rtl">«رئيس» Jury</span> '
            '<small class="lang-mark">en arabe</small>',
        ),
        ("ar", "«رئيس»", "«رئيس»"),
        ("ar", "Le 360 & Cie", "Le 360 &amp; Cie"),
        ("en", "2022", "2022"),
        ("en", "", ""),
    ],
)
def test_text_of_no_noted_language_is_of_its_first_letter(reader, text, printed):
    with translation.override(reader):
        assert marked(by_its_script(text)) == printed


def test_localized_block_of_nothing_is_nothing():
    assert localized_block("") == ""


def test_language_attributes_only_for_another_language():
    foreign = LocalizedText("لقاء", "ar", is_fallback=True)

    assert language_attributes(foreign) == ' lang="ar" dir="rtl"'
    assert language_attributes(LocalizedText("لقاء", "ar")) == ""


def test_captured_keeps_plain_text_and_prints_nothing():
    source = (
        "{% captured as title %} <b>{{ name }}</b>\n  &amp; more {% endcaptured %}"
        "[{{ title }}]"
    )

    assert render(source, name='"A" < B\u00a0C') == (
        "[&quot;A&quot; &lt; B\u00a0C &amp; more]"
    )


def test_captured_demands_a_name():
    with pytest.raises(TemplateSyntaxError):
        Template("{% captured %}{% endcaptured %}")


@pytest.mark.urls(__name__)
@pytest.mark.parametrize(
    ("active", "address", "expected"),
    [
        ("ar", "/", ["/", "/fr/", "/en/"]),
        (
            "fr",
            "/fr/meetings/2022-01-12-oriental/?q=a%26b&region=oriental&page=2",
            [
                f"{prefix}/meetings/2022-01-12-oriental/?q=a%26b&region=oriental&page=2"
                for prefix in ("", "/fr", "/en")
            ],
        ),
        (
            "ar",
            "/no-such/?a=1",
            ["/no-such/?a=1", "/fr/no-such/?a=1", "/en/no-such/?a=1"],
        ),
        ("en", "/en/no-such/", ["/no-such/", "/fr/no-such/", "/en/no-such/"]),
        ("ar", "/friends/", ["/friends/", "/fr/friends/", "/en/friends/"]),
    ],
)
def test_page_in_languages_keeps_page_and_query(rf, active, address, expected):
    source = "{% page_in_languages as languages %}"
    context = Context({"request": rf.get(address)})

    with translation.override(active):
        Template(source).render(context)

    assert [page.url for page in context["languages"]] == expected


@pytest.mark.urls(__name__)
def test_page_in_languages_drops_the_filters_from_what_is_announced(rf):
    request = rf.get("/fr/meetings/?region=oriental&page=3")
    source = (
        "{% page_in_languages as languages %}{% for page in languages %}"
        "{{ page.code }} {{ page.direction }} {{ page.absolute_url }}"
        "{% if page.is_current %} here{% endif %};{% endfor %}"
    )

    with translation.override("fr"):
        assert render(source, request) == (
            "ar rtl http://testserver/meetings/;"
            "fr ltr http://testserver/fr/meetings/ here;"
            "en ltr http://testserver/en/meetings/;"
        )


@pytest.mark.urls(__name__)
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ""),
        ("?q=x", ""),
        ("?page=1", ""),
        ("?page=x", ""),
        ("?page=10", "?page=10"),
        ("?page=10&q=x", ""),
    ],
)
def test_canonical_url_keeps_only_a_later_page_of_the_whole_list(rf, query, expected):
    assert render("{% canonical_url %}", rf.get(f"/meetings/{query}")) == (
        f"http://testserver/meetings/{expected}"
    )


@pytest.mark.urls(__name__)
@pytest.mark.parametrize(
    ("address", "home", "meetings"),
    [
        ("/", ' aria-current="page"', ""),
        ("/meetings/", "", ' aria-current="page"'),
        ("/meetings/2022-01-12-oriental/", "", ' aria-current="true"'),
        ("/about/", "", ""),
    ],
)
def test_current_mark_tells_the_page_from_its_section(rf, address, home, meetings):
    source = "{% current_mark 'home' %}|{% current_mark 'consultations:meeting_list' %}"

    assert render(source, rf.get(address)) == f"{home}|{meetings}"


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("query_with page=3", "/meetings/?theme=a&theme=b&q=x+y&page=3"),
        ("query_with q='z'", "/meetings/?theme=a&theme=b&q=z"),
        ("query_with q=None", "/meetings/?theme=a&theme=b"),
        ("query_with at='/data/m.csv'", "/data/m.csv?theme=a&theme=b&q=x+y"),
    ],
)
def test_query_with_changes_one_thing_and_begin_at_page_one(rf, tag, expected):
    request = rf.get("/meetings/?theme=a&theme=b&q=x+y&page=7")

    assert unescape(render(f"{{% {tag} %}}", request)) == expected


def test_query_with_escapes_what_the_address_holds(rf):
    request = rf.get("/meetings/", {"q": '"><script>'})

    assert render("{% query_with page=2 %}", request) == (
        "/meetings/?q=%22%3E%3Cscript%3E&amp;page=2"
    )


def test_elided_pages_surround_the_current_one():
    source = "{% elided_pages page as numbers %}{{ numbers|join:' ' }}"

    with translation.override("en"):
        assert render(source, page=Paginator(range(400), 20).page(10)) == (
            "1 2 … 9 10 11 … 19 20"
        )


@pytest.mark.django_db
def test_portal_asks_for_the_date_once_and_only_when_printed(
    rf, django_assert_num_queries
):
    DataVersion.objects.create(pk=1, number=1)
    changed_at = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
    DataVersion.objects.update(changed_at=changed_at)

    with django_assert_num_queries(0):
        values = portal(rf.get("/"))
    with django_assert_num_queries(1):
        assert values["portal"].data_changed_at == changed_at
        assert values["portal"].data_changed_at == changed_at


@pytest.mark.django_db
def test_portal_knows_no_date_before_anything_was_published(rf):
    DataVersion.objects.all().delete()

    assert portal(rf.get("/"))["portal"].data_changed_at is None


def test_lines_of_a_text_leave_the_empty_ones_out():
    assert lines(" first\r\n\n second \n") == ["first", "second"]
    assert lines("") == lines(None) == []


def test_language_is_named_only_where_it_is_not_the_readers():
    arabic = LocalizedText("نص", "ar", is_fallback=True)

    with translation.override("en"):
        assert language_mark(arabic) == '<small class="lang-mark">in Arabic</small>'
        assert language_mark(LocalizedText("text", "en")) == ""
        assert language_mark(LocalizedText("", "ar", is_fallback=True)) == ""


@pytest.mark.parametrize("tag", ["{% data_block %}", "{% data_block a b %}"])
def test_data_block_says_how_it_is_written(tag):
    with pytest.raises(TemplateSyntaxError, match="data_block data"):
        Template(tag)


def test_page_without_data_prints_no_block():
    assert Template("{% data_block data %}").render(Context({"data": None})) == ""


def test_hit_is_shown_in_its_context():
    text = LocalizedText("كلمة " * 100 + "بوجدة <b> " + "كلمة " * 100, "ar")

    html = hits_in_context(text, "وجدة")

    assert "كلمة <mark>بوجدة</mark> &lt;b&gt; كلمة" in html
    assert len(html) < 300


def test_text_without_a_hit_is_shown_from_its_beginning():
    text = LocalizedText("أول " + "كلمة " * 100, "ar")

    html = hits_in_context(text, "طنجة")

    assert html.startswith("أول كلمة")
    assert "<mark>" not in html
