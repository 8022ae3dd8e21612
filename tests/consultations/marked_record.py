"""A portal in which every text says who wrote it where: each is a mark that is told again.

Marks look like what must not get out (names, telephone numbers, e-mail and postal
addresses, numbers of identity cards) and are put into every text column of every table
that the models declare, so that a column that is added tomorrow holds some too.
"""

import datetime
import html
import io
import json
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import unquote

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.db import models
from django.utils import timezone
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.models import KeptForm
from config.models import ReferenceTerm
from config.search_index import SearchDocument
from consultations.models import (
    Document,
    Meeting,
    PartnershipAgreement,
    Publication,
    PublicationStep,
)
from consultations.search.index import rebuild
from regions.models import Province, Region
from stakeholders.models import Organisation, ParticipantCategory
from tests.consultations.exports.whole_record import make_record
from tests.consultations.views.records import full_agreement, full_meeting
from tests.factories.accounts import UserFactory
from tests.factories.consultations import (
    AgendaItemFactory,
    AgreementPartyFactory,
    AgreementStepFactory,
    AidDistributionFactory,
    CommitmentFactory,
    DocumentFactory,
    ParticipationFactory,
    PreviewLinkFactory,
    ProgressFactory,
    PublicationStepFactory,
)
from tests.factories.regions import RegionFactory
from tests.factories.stakeholders import (
    OfficeFactory,
    OrganisationFactory,
    OrganisationKindFactory,
    PersonFactory,
)

# Shorter ones hold codes of others: of countries, of regions.
SHORTEST = 10
# Words of the software and of the State's own lists, and the index, which is made of the
# texts and is asked by the searches.
NOT_MARKED = {
    "auth.Group",
    "auth.Permission",
    "config.SearchWord",
    "contenttypes.ContentType",
    "regions.HistoricalProvince",
    "regions.HistoricalRegion",
    "regions.Province",
    "regions.Region",
}
HIDDEN = {
    "draft": {"draft": True},
    "in review": {"in_review": True},
    "scheduled": {"draft": True},  # first: the address of what is to be public is fixed
    "withdrawn": {"withdrawn": True},
}
STATED_OFFICES = {
    "office_stated_ar",
    "office_stated_fr",
    "office_stated_en",
    "on_behalf_of_office",
    "signatory_office_stated",
}

_ARABIC, _LATIN = "بتثجحخدذرز", "bcdfghjklm"
_MARK = re.compile(rf"0698(\d{{6}})|قعس([{_ARABIC}]{{6}})|Qals([{_LATIN}]{{6}})")
_REFERENCE = re.compile(r"AG-[0-9]{4}-[0-9]{4}")
_DIGITS = str.maketrans(_ARABIC + _LATIN, "0123456789" * 2)


def _in_letters(number: int, letters: str) -> str:
    return f"{number:06d}".translate(str.maketrans("0123456789", letters))


def _name(number: int, column: models.Field) -> str:
    if column.name.endswith(("_fr", "_en")):
        return f"Nezha Qals{_in_letters(number, _LATIN)}"
    return f"نزيهة قعس{_in_letters(number, _ARABIC)}"


KINDS = {
    "name": _name,
    "telephone": lambda number, column: f"0698{number:06d}",
    "e-mail": lambda number, column: f"nezha.0698{number:06d}@courriel.example",
    "postal address": lambda number, column: f"12 زنقة السرو 0698{number:06d}، وجدة",
    "identity card": lambda number, column: f"FB0698{number:06d}",
}


@dataclass(frozen=True)
class Mark:
    """A text that stands in one row: who has it (``role``), and in which column."""

    role: str
    column: str
    kind: str
    text: str


@dataclass
class MarkedRecord:
    marks: dict[int, Mark] = field(default_factory=dict)
    references: dict[str, Mark] = field(default_factory=dict)
    meeting: Meeting = None
    agreement: PartnershipAgreement = None

    @property
    def all_marks(self) -> list[Mark]:
        return [*self.marks.values(), *self.references.values()]

    def mark(self, role: str, column: models.Field) -> str:
        """Return a text for a cell that is found again wherever it is shown."""
        number = len(self.marks)
        kinds = list(KINDS)
        kind = kinds[number % len(kinds)]
        if isinstance(column, models.EmailField):
            kind = "e-mail"
        elif column.name == "telephone":
            kind = "telephone"
        elif column.name.startswith(("name_", "other_names")):
            kind = "name"
        text = KINDS[kind](number, column)
        if isinstance(column, models.URLField):
            text = f"https://annuaire.example/0698{number:06d}"
        elif isinstance(column, models.FileField):
            text = f"0698{number:06d}.pdf"
        elif column.name in ("slug", "code", "key"):
            text = f"m0698{number:06d}"
        elif len(text) > (column.max_length or 1000):
            text = f"0698{number:06d}"
        column_name = f"{column.model.__name__}.{column.name}"
        self.marks[number] = Mark(role, column_name, kind, text)
        return text

    def file(self, role: str) -> ContentFile:
        """Return a file of which the content and the name are marks."""
        column = Document._meta.get_field("file")
        content, name = self.mark(role, column), self.mark(role, column)
        return ContentFile(content.encode(), name)

    @contextmanager
    def of(self, role: str, *, leaving: set[str] = frozenset()) -> Iterator[None]:
        """Mark every text of every row that is made meanwhile, but columns ``leaving``."""
        tables = text_columns()
        before = {model: set(_keys(model)) for model in tables}
        yield
        for model, columns in tables.items():
            if role in HIDDEN and issubclass(model, ReferenceTerm):
                continue  # a vocabulary is public, whoever uses it
            for key in sorted(set(_keys(model)) - before[model], key=str):
                row = model._base_manager.filter(pk=key)
                row.update(
                    **{
                        column.name: self.mark(role, column)
                        for column in columns
                        if column.name not in leaving | self._addresses(role, row)
                    }
                )

    def _addresses(self, role: str, row: models.QuerySet) -> set[str]:
        """Return the column of an address that nobody can change any more.

        Of an agreement it is a mark as it is.
        """
        if row.model is PartnershipAgreement:
            reference = row.get().reference
            column = "PartnershipAgreement.reference"
            self.references[reference] = Mark(role, column, "", reference)
            return {"reference"}
        if row.model is Meeting and row.exclude(published_at=None):
            return {"slug"}
        return {"reference"}  # in its history

    def found_in(self, content: bytes) -> set[Mark]:
        """Return the marks that stand in a page or a file, however it writes them."""
        found = set()
        for text in _texts(content):
            found |= {self.marks[number] for number in _numbers(text)}
            found |= {
                self.references[one]
                for one in _REFERENCE.findall(text)
                if one in self.references
            }
        return found


def _numbers(text: str) -> Iterator[int]:
    for groups in _MARK.findall(text):
        yield int("".join(groups).translate(_DIGITS))


def _texts(content: bytes) -> Iterator[str]:
    """Yield a page or a file in all the ways in which a reader may come to read it."""
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield name
                yield from _texts(archive.read(name))
        return
    text = content.decode(errors="replace")
    yield text
    if "%D" in text:
        yield unquote(text)
    if "&#" in text:
        yield html.unescape(text)
    if "\\u" in text:
        yield re.sub(
            r"\\u[0-9a-fA-F]{4}", lambda code: json.loads(f'"{code[0]}"'), text
        )


def text_columns() -> dict[type[models.Model], list[models.Field]]:
    """Return the columns of all tables that hold texts somebody may write."""
    return {
        model: columns
        for model in apps.get_models(include_auto_created=True)
        if model._meta.label not in NOT_MARKED
        and not issubclass(model, SearchDocument)
        and (
            columns := [
                column
                for column in model._meta.concrete_fields
                if isinstance(column, (models.CharField, models.TextField))
                and not column.choices
                and not column.primary_key
                and (column.max_length or SHORTEST) >= SHORTEST
            ]
        )
    }


def _keys(model: type[models.Model]):
    return model._base_manager.values_list("pk", flat=True)


def make_marked_record() -> MarkedRecord:
    """Make a record with every part there is, and all that must not be seen beside it."""
    record = MarkedRecord()
    regions = list(Region.objects.order_by("code"))
    RegionFactory.reset_sequence(
        len(regions)
    )  # its codes begin beyond those of regions
    with record.of("published"):
        meeting = record.meeting = full_meeting(1)
        agreement = record.agreement = full_agreement(1)
        _shown_in_full(meeting, agreement, record.file("published"))
    _move_to(regions[0])
    with record.of("in an office", leaving=STATED_OFFICES):
        _in_offices(meeting, agreement)
    with record.of("consents", leaving=STATED_OFFICES):
        _people(meeting, agreement, consents_to_be_named=True)
    with record.of("not to be named", leaving=STATED_OFFICES):
        _people(meeting, agreement)
    with record.of("in no record"):
        PersonFactory(consents_to_be_named=True)
        OrganisationFactory(category=ParticipantCategory.objects.first())
    for region, (role, publication) in zip(regions[1:], HIDDEN.items(), strict=False):
        with record.of(role):
            file = record.file(role)
            hidden = _hide_beside(meeting, agreement, region, file, **publication)
        with record.of("published"):
            _lead_to(meeting, agreement, *hidden)
        if role == "scheduled":
            _schedule(*hidden)
    with record.of("of staff"):
        _of_staff(meeting, agreement, record.file("of staff"))
    rebuild()
    return record


def _move_to(region) -> None:
    """Bring what stands in made-up regions, which no map has, into a true one."""
    made_up = Region.objects.filter(pk__gt=region.pk, code__gt="12")
    for model in (Meeting, Province, Organisation):
        model.objects.filter(region__in=made_up).update(region=region)
    for agreement in PartnershipAgreement.objects.filter(regions__in=made_up):
        agreement.regions.set([region])
    made_up.delete()


def _shown_in_full(meeting, agreement, file) -> None:
    """Add what the records of the tests of pages have no need of."""
    for place in ({"meeting": meeting}, {"agreement": agreement}):
        DocumentFactory(url="", file=file, **place)
    meeting.participations.update(organisation=OrganisationFactory())
    Meeting.objects.filter(title_ar="لقاء").update(
        stated_total=40, stated_total_unit=Meeting.TotalUnit.PARTICIPANTS
    )


def _in_offices(meeting, agreement) -> None:
    """Let persons take part whose office is told by its name alone."""
    for gender in ("f", "m"):
        person = PersonFactory(gender=gender)
        ParticipationFactory(meeting=meeting, person=person, office=OfficeFactory())
        AgreementPartyFactory(
            agreement=agreement, signed_by=person, signatory_office=OfficeFactory()
        )


def _people(meeting, agreement, **person) -> None:
    """Let persons take part who hold no office."""
    ParticipationFactory(
        meeting=meeting,
        person=PersonFactory(**person),
        on_behalf_of=PersonFactory(**person),
    )
    AgendaItemFactory(meeting=meeting, presenter=PersonFactory(**person))
    AgreementPartyFactory(agreement=agreement, signed_by=PersonFactory(**person))


def _hide_beside(meeting, agreement, region, file, **publication):
    """Make a record that is not public, to which what is public leads and back."""
    hidden, hidden_agreement = make_record("سري", region=region, **publication)
    for place in ({"meeting": hidden}, {"agreement": hidden_agreement}):
        DocumentFactory(file=file, **place)
        PublicationStepFactory(remark="ملاحظة", **place)
        PreviewLinkFactory(**place)
    Meeting.objects.filter(pk=meeting.pk).update(follows=hidden, part_of=hidden)
    Meeting.objects.filter(pk=hidden.pk).update(follows=meeting, part_of=meeting)
    PartnershipAgreement.objects.filter(pk=agreement.pk).update(
        amends=hidden_agreement, based_on=hidden_agreement
    )
    PartnershipAgreement.objects.filter(pk=hidden_agreement.pk).update(
        amends=agreement, based_on=agreement
    )
    AgreementStepFactory(agreement=hidden_agreement, meeting=meeting)
    ProgressFactory(agreement=hidden_agreement)
    return hidden, hidden_agreement


def _lead_to(meeting, agreement, hidden, hidden_agreement) -> None:
    """Add what is public itself and rests on what is not."""
    AgreementStepFactory(agreement=agreement, meeting=hidden)
    CommitmentFactory(meeting=meeting, agreement=hidden_agreement)
    AidDistributionFactory(meeting=meeting, legal_basis=hidden_agreement)


def _schedule(*records) -> None:
    moment = timezone.now() + datetime.timedelta(days=30)
    for record in records:
        type(record).objects.filter(pk=record.pk).update(
            publication=Publication.PUBLISHED, publish_at=moment, published_at=moment
        )


def _of_staff(meeting, agreement, file) -> None:
    """Make what staff and machines write beside the record."""
    user = UserFactory()
    KeptForm.objects.create(user=user, kept_at=timezone.now())
    for place in ({"meeting": meeting}, {"agreement": agreement}):
        DocumentFactory(is_public=False, file=file, **place)
        for kind in PublicationStep.Kind:
            PublicationStepFactory(by=user, kind=kind, remark="ملاحظة", **place)
    LogEntry.objects.create(user=user, action_flag=2)
    Session.objects.create(session_key="0" * 32, expire_date=timezone.now())
    for model in (AccessAttempt, AccessFailureLog, AccessLog):
        counts = {"failures_since_start": 1} if model is AccessAttempt else {}
        model.objects.create(attempt_time=timezone.now(), **counts)
    TOTPDevice.objects.create(user=user)
    device = StaticDevice.objects.create(user=user)
    device.token_set.create(token="0" * 8)
    OrganisationKindFactory()
