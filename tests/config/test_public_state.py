import datetime

import pytest
from django.http import HttpResponse

from config.models import DataVersion
from config.public_state import (
    PublicStateMiddleware,
    kept_per_state,
    public_state,
    read_public_state,
)

pytestmark = pytest.mark.django_db

DAY = datetime.date(2026, 11, 25)


@pytest.fixture(autouse=True)
def _figures_kept(settings):
    settings.KEEP_PUBLIC_FIGURES = True


def counting(entries=1):
    """Return a kept function of one argument, and the list of its computations."""
    computed = []

    @kept_per_state(entries=entries)
    def figure(argument):
        computed.append(argument)
        return f"{argument} of {DataVersion.current()}"

    return figure, computed


def test_figure_is_computed_once_until_the_record_changes():
    DataVersion.raise_by_one()
    figure, computed = counting()

    before = [figure("a"), figure("a")]
    DataVersion.raise_by_one()
    after = figure("a")

    assert before == ["a of 1", "a of 1"]
    assert after == "a of 2"
    assert computed == ["a", "a"]


def test_figure_is_computed_anew_on_the_next_day(monkeypatch):
    figure, computed = counting()
    figure("a")

    monkeypatch.setattr(
        "config.public_state.timezone.localdate",
        lambda: DAY.replace(year=DAY.year + 1),
    )
    figure("a")

    assert computed == ["a", "a"]


def test_only_the_arguments_used_last_are_kept():
    figure, computed = counting(entries=2)

    for argument in ("a", "b", "a", "c", "a", "b"):
        figure(argument)

    assert computed == ["a", "b", "c", "b"]


def test_a_request_goes_by_one_state(rf):
    seen = []

    def view(request):
        seen.append(public_state())
        DataVersion.raise_by_one()
        seen.append(public_state())
        return HttpResponse()

    PublicStateMiddleware(view)(rf.get("/"))

    assert seen[0] == seen[1]
    assert read_public_state().data_version == seen[0].data_version + 1


def test_an_older_request_does_not_throw_the_newer_figure_away(rf):
    figure, computed = counting()

    def view(request):
        public_state()
        DataVersion.raise_by_one()
        # Somebody else's request, which began after the change.
        PublicStateMiddleware(lambda request: HttpResponse(figure("new")))(request)
        figure("old")
        return HttpResponse()

    PublicStateMiddleware(view)(rf.get("/"))
    figure("new")

    assert computed == ["new", "old"]


def test_a_request_that_asks_for_nothing_makes_no_query(rf, django_assert_num_queries):
    with django_assert_num_queries(0):
        PublicStateMiddleware(lambda request: HttpResponse())(rf.get("/"))
