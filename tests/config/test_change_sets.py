"""What is saved together shares a key, and no account that history names can go."""

import pytest
from django.db import transaction
from django.db.models import ProtectedError
from django.urls import reverse

from consultations.models import Meeting, Theme
from tests.factories.accounts import UserFactory
from tests.factories.consultations import MeetingFactory, ThemeFactory
from tests.forms import form_data


def change_sets(*things):
    return {row.change_set for thing in things for row in thing.history.all()}


@pytest.mark.django_db(transaction=True)
def test_rows_of_one_transaction_share_a_change_set_and_others_do_not():
    alone, other = ThemeFactory(), ThemeFactory()
    with transaction.atomic():
        together = [ThemeFactory(), ThemeFactory()]
    with transaction.atomic():
        later = ThemeFactory()

    assert len(change_sets(*together)) == 1
    assert len(change_sets(alone, other, *together, later)) == 4


@pytest.mark.django_db(transaction=True)
def test_savepoint_that_is_rolled_back_does_not_join_two_transactions():
    with transaction.atomic():
        first = ThemeFactory()
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            ThemeFactory(name_ar=str(1 / 0))
        second = ThemeFactory()
    with transaction.atomic():
        ThemeFactory()
        transaction.set_rollback(True)
    with transaction.atomic():
        third = ThemeFactory()
    with transaction.atomic():
        fourth = ThemeFactory()

    assert len(change_sets(first, second)) == 1
    assert len(change_sets(first, third, fourth)) == 3
    assert Theme.history.count() == 4


@pytest.mark.django_db
def test_each_request_has_a_change_set_of_its_own(staff_client):
    meeting = MeetingFactory(draft=True)
    address = reverse("admin:consultations_meeting_change", args=[meeting.pk])

    for title in ("أول", "ثان"):
        data = form_data(staff_client.get(address), "meeting_form")
        data.type_in(title_ar=title)
        data.add_row("sources", kind="announcement", publisher=title, site="a.org")
        data["themes"] = [str(ThemeFactory().pk)]
        staff_client.post(address, data)

    rows = Meeting.history.filter(history_user__isnull=False)
    assert len({row.change_set for row in rows}) == 2
    assert {source.history.get().change_set for source in meeting.sources.all()} == {
        row.change_set for row in rows
    }


@pytest.mark.django_db
def test_account_that_history_names_is_not_deleted():
    theme = ThemeFactory.build(code="x")
    theme._history_user = author = UserFactory()
    theme.save()

    with pytest.raises(ProtectedError):
        author.delete()

    assert theme.history.get().history_user == author
