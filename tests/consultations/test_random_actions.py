"""Whatever staff do, history alone knows what the tables hold.

Actions are drawn at random and done through the administration, as a browser would:
pages filled in and sent, parts added, changed and taken out, records published,
withdrawn, copied, deleted and restored, one by one and in bulk. Then every row is
rebuilt from history and compared with its table, column by column. ``STAFF_ACTIONS``
says how many actions; where it is set, what was compared is printed.
"""

import os
import random
import sys
from collections import Counter

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from config.history import Past, columns_of, has_history, states_now, states_of
from consultations.models import (
    Commitment,
    Correction,
    Expectation,
    Meeting,
    PartnershipAgreement,
    Programme,
    Progress,
    Publication,
    Theme,
)
from regions.models import Province, Region
from stakeholders.models import Organisation, ParticipantCategory, Person
from tests.factories.accounts import UserFactory
from tests.forms import form_data

pytestmark = [pytest.mark.django_db, pytest.mark.walk]

ACTIONS = int(os.environ.get("STAFF_ACTIONS") or "100")
WORDS = [
    "لقاء",
    "تشاوري",
    "حول",
    "الأسرة",
    "والإدماج",
    "الاجتماعي",
    "بجهة",
    "الشرق",
    "مع",
    "المنتخبين",
    "والجمعيات",
]


class Staff:
    """A member of staff who does what chance tells, and what came of it."""

    def __init__(self, seed: int):
        self.chance = random.Random(seed)
        self.clients = []
        for _one in range(3):
            client = Client(raise_request_exception=True)
            client.force_login(UserFactory())
            self.clients.append(client)
        self.done = Counter()
        self.refused = Counter()
        self.actions = {
            self.add_a_meeting: 5,
            self.change_a_meeting: 22,
            self.copy_a_meeting: 2,
            self.add_an_agreement: 4,
            self.change_an_agreement: 14,
            self.add_a_part_with_a_page: 10,
            self.change_a_part_with_a_page: 10,
            self.delete_a_part_with_a_page: 3,
            self.run_a_step_of_publication: 10,
            self.delete_drafts: 3,
            self.change_what_records_name: 8,
            self.retire_terms: 2,
            self.delete_what_records_name: 2,
            self.restore: 5,
        }

    def act(self) -> None:
        [action] = self.chance.choices(
            list(self.actions), weights=list(self.actions.values())
        )
        outcome = action()
        if outcome is not None:
            (self.done if outcome else self.refused)[action.__name__] += 1

    # What a browser does

    @property
    def client(self):
        return self.chance.choice(self.clients)

    def address(self, model, page, *args):
        return reverse(
            f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args
        )

    def send(self, model, address, fill, **extra) -> bool:
        """Fill in the form at ``address`` and send it; return whether it was saved."""
        client = self.client
        data = form_data(client.get(address), f"{model._meta.model_name}_form")
        fill(data)
        response = client.post(address, data | extra)
        assert response.status_code in (200, 302)
        return response.status_code == 302

    def one_of(self, model):
        keys = list(model.objects.order_by("pk").values_list("pk", flat=True))
        return self.chance.choice(keys) if keys else None

    def some_of(self, model, most=3):
        keys = list(model.objects.order_by("pk").values_list("pk", flat=True))
        return self.chance.sample(keys, min(len(keys), self.chance.randint(1, most)))

    def text(self, most=12):
        return " ".join(self.chance.choices(WORDS, k=self.chance.randint(1, most)))

    def day(self):
        return f"202{self.chance.randint(1, 4)}-0{self.chance.randint(1, 9)}-1{self.chance.randint(0, 9)}"

    # Meetings

    def _fill_meeting(self, data):
        if self.chance.random() < 0.7:
            data.type_in(title_ar=self.text())
        if self.chance.random() < 0.5:
            data.type_in(summary_ar=f"{self.text(40)}\n{self.text()}")
        if self.chance.random() < 0.4:
            data.type_in(
                starts_on=self.day(), ends_on="", date_precision="day", region=""
            )
        if self.chance.random() < 0.3:
            data["themes"] = [str(pk) for pk in self.some_of(Theme)]
        if self.chance.random() < 0.2:
            data["provinces"] = [str(pk) for pk in self.some_of(Province, 2)]
            data["region"] = [""]
        if self.chance.random() < 0.1:
            data.type_in(stated_total=self.chance.randint(1, 900))  # its unit may lack
        if self.chance.random() < 0.3:
            data.add_row(
                "participations",
                category=self.one_of(ParticipantCategory),
                organisation=self.one_of(Organisation) or "",
                person=self.one_of(Person) or "",
            )
        if self.chance.random() < 0.2:
            data.add_row("agenda_items", kind="debate", title_ar=self.text())
        if self.chance.random() < 0.3:
            data.add_row(
                "sources",
                kind="press_report",
                publisher=self.text(2),
                site="example.org",
                key=self.chance.choice(["", "a", "b"]),
            )
        if self.chance.random() < 0.15:
            data.add_row("discrepancies", matter="date", statements_ar=self.text())
        if self.chance.random() < 0.15:
            data.add_row(
                "aid_distributions",
                description_ar=self.text(),
                amount=self.chance.randint(1, 10**6),
            )
        if self.chance.random() < 0.15:
            data.add_row(
                "documents",
                kind="report",
                title=self.text(),
                url="https://example.org/a.pdf",
            )
        if self.chance.random() < 0.4:
            data["attendances-0-present"] = [str(self.chance.randint(0, 99))]
        self._change_rows(data)

    def _change_rows(self, data):
        """Change or take out rows of inlines, and let parts rest on a source."""
        saved = [
            name.removesuffix("-id")
            for name, [value, *_] in list(data.items())
            if name.endswith("-id") and value and name != "id"
        ]
        sources = [data[f"{row}-id"][0] for row in saved if row.startswith("sources-")]
        for row in saved:
            if self.chance.random() < 0.12:
                data[f"{row}-DELETE"] = ["on"]
            elif self.chance.random() < 0.2:
                for column in (
                    "title_ar",
                    "statements_ar",
                    "description_ar",
                    "publisher",
                    "place_ar",
                ):
                    if f"{row}-{column}" in data:
                        data[f"{row}-{column}"] = [self.text()]
            if sources and f"{row}-source" in data and self.chance.random() < 0.2:
                data[f"{row}-source"] = [self.chance.choice(["", *sources])]

    def add_a_meeting(self):
        def fill(data):
            data.type_in(
                title_ar=self.text(),
                state="held",
                date_precision="day",
                starts_on=self.day(),
                type=data_type,
            )
            if self.chance.random() < 0.6:
                data.type_in(
                    is_official_summary="on"
                )  # may be published without source
            self._fill_meeting(data)

        data_type = self.one_of(Meeting._meta.get_field("type").related_model)
        return self.send(Meeting, self.address(Meeting, "add"), fill)

    def change_a_meeting(self):
        if key := self.one_of(Meeting):
            return self.send(
                Meeting, self.address(Meeting, "change", key), self._fill_meeting
            )
        return None

    def copy_a_meeting(self):
        if key := self.one_of(Meeting):
            return self.send(
                Meeting,
                self.address(Meeting, "change", key),
                lambda data: data.type_in(starts_on=self.day(), date_precision="day"),
                _saveasnew="1",
            )
        return None

    # Agreements

    def _fill_agreement(self, data):
        if self.chance.random() < 0.7:
            data.type_in(title_ar=self.text(), purpose_ar=self.text(30))
        if self.chance.random() < 0.3:
            data.type_in(amount=self.chance.randint(1, 10**7), amount_note="exact")
        for name, model in (("themes", Theme), ("regions", Region)):
            if self.chance.random() < 0.3:
                data[name] = [str(pk) for pk in self.some_of(model)]
        if self.chance.random() < 0.3:
            data.add_row(
                "parties",
                organisation=self.one_of(Organisation) or "",
                contribution=self.chance.choice(["", "1000"]),
            )
        if self.chance.random() < 0.2:
            data.add_row("components", kind="training", description_ar=self.text())
        if self.chance.random() < 0.4:
            data.add_row(
                "steps",
                kind=self.chance.choice(["proposed", "signed", "completed"]),
                date=self.day(),
                meeting=self.one_of(Meeting) or "",
            )
        if self.chance.random() < 0.2:
            data.add_row("progress_reports", percent=self.chance.randint(0, 120))
        if self.chance.random() < 0.3:
            data.add_row(
                "sources",
                kind="announcement",
                publisher=self.text(2),
                site="example.org",
            )
        self._change_rows(data)

    def add_an_agreement(self):
        return self.send(
            PartnershipAgreement,
            self.address(PartnershipAgreement, "add"),
            self._fill_agreement,
        )

    def change_an_agreement(self):
        if key := self.one_of(PartnershipAgreement):
            return self.send(
                PartnershipAgreement,
                self.address(PartnershipAgreement, "change", key),
                self._fill_agreement,
            )
        return None

    # Parts with a page of their own

    def _fill_part(self, model):
        def fill(data):
            if not data.get("meeting", [""])[0] or self.chance.random() < 0.15:
                data["meeting"] = [str(self.one_of(Meeting) or "")]
            if model is Expectation:
                data.type_in(text_ar=self.text(20), answer_ar=self.text())
            elif model is Commitment:
                data.type_in(text_ar=self.text(20), due_on=self.day())
                raised = Expectation.objects.filter(meeting=data["meeting"][0] or None)
                data["answers"] = [
                    str(pk)
                    for pk in raised.order_by("pk").values_list("pk", flat=True)
                    if self.chance.random() < 0.5
                ]
                if self.chance.random() < 0.5:
                    data.add_row("progress_reports", note=self.text())
            elif model is Progress:
                if commitment := self.chance.choice([None, self.one_of(Commitment)]):
                    data.type_in(meeting="", agreement="", commitment=commitment)
                data.type_in(note=self.text())
            else:
                data.type_in(corrected_on=self.day(), what=self.text(), why=self.text())

        return fill

    @property
    def part(self):
        return self.chance.choice([Expectation, Commitment, Progress, Correction])

    def add_a_part_with_a_page(self):
        model = self.part
        return self.send(model, self.address(model, "add"), self._fill_part(model))

    def change_a_part_with_a_page(self):
        model = self.part
        if key := self.one_of(model):
            return self.send(
                model, self.address(model, "change", key), self._fill_part(model)
            )
        return None

    def delete_a_part_with_a_page(self):
        return self._delete(self.part)

    def _delete(self, model):
        if key := self.one_of(model):
            response = self.client.post(
                self.address(model, "delete", key), {"post": "yes"}
            )
            assert response.status_code in (200, 302, 403)  # public: refused
            return not model.objects.filter(pk=key).exists()
        return None

    # Publication, and what is done to several at once

    @property
    def record(self):
        return self.chance.choice([Meeting, PartnershipAgreement])

    def _run(self, model, action, keys, **extra):
        client = self.client
        data = {"action": action, "_selected_action": [str(key) for key in keys]}
        response = client.post(self.address(model, "changelist"), data | extra)
        assert response.status_code in (200, 302)

    def run_a_step_of_publication(self):
        model = self.record
        keys = self.some_of(model)
        if not keys:
            return None
        before = list(model.objects.order_by("pk").values_list("pk", "publication"))
        action = self.chance.choice(
            ["publish_selected"] * 3
            + ["submit_selected", "send_back_selected", "withdraw_selected"]
        )
        address = self.address(model, "changelist")
        chosen = {"action": action, "_selected_action": [str(key) for key in keys]}
        asked = self.client.post(address, chosen)
        if asked.status_code != 200:  # none of them can take the step
            return False
        data = form_data(asked, "step_form")
        for name in ("remark", "reason", "override_reason"):
            if name in data:
                data.type_in(**{name: self.text()})
        self.client.post(address, data)
        return before != list(
            model.objects.order_by("pk").values_list("pk", "publication")
        )

    def delete_drafts(self):
        model = self.record
        if self.chance.random() < 0.5:
            return self._delete(model)
        drafts = model.objects.filter(published_at__isnull=True).order_by("pk")
        keys = list(drafts.values_list("pk", flat=True)[:2])
        if not keys:
            return None
        self._run(model, "delete_selected", keys, post="yes")
        return not model.objects.filter(pk__in=keys).exists()

    # Organisations, persons, terms

    def change_what_records_name(self):
        model = self.chance.choice([Organisation, Person, Theme, Programme])
        key = self.one_of(model)
        page = ("change", key) if key and self.chance.random() < 0.6 else ("add",)

        def fill(data):
            data.type_in(name_ar=self.text(3))
            if "code" in data and page == ("add",):
                data.type_in(code=f"term_{self.chance.randint(0, 10**6)}")
            if "category" in data:
                data["category"] = [str(self.one_of(ParticipantCategory))]

        return self.send(model, self.address(model, *page), fill)

    def retire_terms(self):
        keys = self.some_of(Theme, 4)
        self._run(Theme, self.chance.choice(["retire", "take_up_again"]), keys)
        return True

    def delete_what_records_name(self):
        return self._delete(self.chance.choice([Organisation, Person, Theme]))

    # Back to a past state

    def restore(self):
        model = self.chance.choice(
            [Meeting, PartnershipAgreement, Commitment, Organisation]
        )
        keys = sorted(set(model.history.order_by().values_list("id", flat=True)))
        if not keys:
            return None
        key = self.chance.choice(keys)
        changes = [change for change in Past(model, key).changes if change.is_there]
        if not changes:
            return None
        client = self.client
        address = self.address(model, "restore", key, self.chance.choice(changes).key)
        page = client.get(address)
        assert page.status_code == 200
        response = client.post(address, {"seen": page.context["seen"]})
        assert response.status_code in (200, 302)
        return response.status_code == 302


def tracked_models():
    return [model for model in apps.get_models() if has_history(model)]


def rows_of_history():
    """Return every row of every table of history, links included."""
    histories = [model.history.model for model in tracked_models()]
    links = [
        getattr(history, relation.name).model
        for history in histories
        for relation in history._history_m2m_fields
    ]
    return {
        (table._meta.db_table, row[0]): row
        for table in (*histories, *links)
        for row in table.objects.order_by().values_list(
            table._meta.pk.attname, *(field.attname for field in table._meta.fields)
        )
    }


def rebuilt_from_history(model):
    """Return the rows that there should be, from the last state of each."""
    history = model.history.model
    last = {}
    for past in history.objects.order_by("history_id"):
        last[past.id] = past
    links = {}
    for relation in history._history_m2m_fields:
        target = f"{relation.m2m_reverse_field_name()}_id"
        rows = getattr(history, relation.name).model.objects.values_list(
            "history_id", target
        )
        links[relation.name] = {}
        for number, key in rows:
            links[relation.name].setdefault(number, set()).add(key)
    return {
        pk: {
            column.attname: getattr(past, column.attname)
            for column in columns_of(model)
        }
        | {name: linked.get(past.history_id, set()) for name, linked in links.items()}
        for pk, past in last.items()
        if past.history_type != "-"
    }


def as_the_table_has_it(model):
    columns = [column.attname for column in columns_of(model)]
    rows = {
        pk: dict(zip(columns, values, strict=True))
        for pk, *values in model._base_manager.order_by().values_list("pk", *columns)
    }
    for relation in model.history.model._history_m2m_fields:
        for row in rows.values():
            row[relation.name] = set()
        through = relation.remote_field.through._base_manager
        for pk, key in through.values_list(
            f"{relation.m2m_field_name()}_id", f"{relation.m2m_reverse_field_name()}_id"
        ):
            rows[pk][relation.name].add(key)
    return rows


def test_history_alone_knows_what_the_tables_hold(reference_data, capsys):
    staff = Staff(seed=20220112)
    kept_half_way = {}

    for number in range(ACTIONS):
        staff.act()
        if number == ACTIONS // 2:
            kept_half_way = rows_of_history()

    cells = 0
    differing = []
    for model in tracked_models():
        rebuilt, table = rebuilt_from_history(model), as_the_table_has_it(model)
        assert rebuilt.keys() == table.keys()
        for pk, row in table.items():
            cells += len(row)
            differing += [
                (model.__name__, pk, name, value, rebuilt[pk][name])
                for name, value in row.items()
                if value != rebuilt[pk][name]
            ]
    assert differing == []

    # The pages of history read it record by record, parts that moved included.
    records = 0
    for model in admin.site._registry:
        if not has_history(model):
            continue
        for pk in model.objects.order_by("pk").values_list("pk", flat=True):
            past = Past(model, pk)
            members = past.members_after(past.changes[-1].key)
            states = states_of(members.values())
            assert {key: states[row] for key, row in members.items()} == states_now(
                model, pk
            )
            records += 1

    # No action rewrote what history held before.
    kept = rows_of_history()
    assert {key: kept.get(key) for key in kept_half_way} == kept_half_way
    assert len(kept) > len(kept_half_way)
    assert sum(staff.done.values()) > ACTIONS / 4
    if ACTIONS >= 1000:
        assert set(staff.done) == {action.__name__ for action in staff.actions}
        assert all(
            model.objects.filter(publication=Publication.PUBLISHED).exists()
            for model in (Meeting, PartnershipAgreement)
        )
    if os.environ.get("STAFF_ACTIONS"):
        with capsys.disabled():
            sys.stdout.write(
                f"\n{ACTIONS} actions drawn, {sum(staff.done.values())} done, "
                f"{sum(staff.refused.values())} refused; {len(kept)} rows of history; "
                f"{cells} columns compared, {len(differing)} differences; "
                f"{records} records read back.\n"
                f"done: {dict(staff.done)}\nrefused: {dict(staff.refused)}\n"
            )
