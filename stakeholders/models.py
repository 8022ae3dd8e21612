"""Who takes part: categories, organisations, persons and the offices they hold."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config.change_sets import History
from config.folding import fold
from config.localization import in_three_languages, localized
from config.models import ReferenceTerm
from config.other_names import OtherNamesField, names_of
from config.search_index import (
    Description,
    IndexedModel,
    NamedDocument,
    SearchableQuerySet,
    describes,
    with_its_row,
)


class ParticipantCategory(ReferenceTerm):
    """The kind of participant that coverage is counted by, such as associations."""

    class Meta(ReferenceTerm.Meta):
        verbose_name = pgettext_lazy("model", "participant category")
        verbose_name_plural = _("participant categories")
        permissions = [("export_participantcategory", "Can export with drafts")]

    def get_absolute_url(self):
        return reverse("consultations:participant_detail", args=[self.code])


class OrganisationKind(ReferenceTerm):
    """What an organisation is: a ministry, a commune, a cooperative …"""

    class Meta(ReferenceTerm.Meta):
        verbose_name = pgettext_lazy("model", "kind of organisation")
        verbose_name_plural = _("kinds of organisation")


class Gender(models.TextChoices):
    """For grammar alone: Arabic and French offices agree with their holder."""

    FEMININE = "f", _("feminine")
    MASCULINE = "m", _("masculine")


class Office(ReferenceTerm):
    """An office that persons hold, in both grammatical genders."""

    feminine_ar, feminine_fr, feminine_en = in_three_languages(
        models.CharField, _("feminine form"), max_length=200
    )

    feminine = localized("feminine")

    class Meta(ReferenceTerm.Meta):
        verbose_name = pgettext_lazy("model", "office")
        verbose_name_plural = _("offices")

    def name_for(self, gender: str):
        """Return the office's name in the form that agrees with ``gender``."""
        name, feminine = self.name, self.feminine
        # English has one form: its reader is not handed the Arabic feminine.
        is_read = not feminine.is_fallback or name.is_fallback
        if gender == Gender.FEMININE and feminine and is_read:
            return feminine
        return name


class OrganisationQuerySet(SearchableQuerySet):
    document_model = "stakeholders.OrganisationDocument"


class Organisation(IndexedModel):
    """A body that takes part, signs or pays."""

    name_ar, name_fr, name_en = in_three_languages(
        models.CharField, _("name"), max_length=300
    )
    category = models.ForeignKey(
        ParticipantCategory,
        on_delete=models.PROTECT,
        related_name="organisations",
        verbose_name=_("participant category"),
    )
    kind = models.ForeignKey(
        OrganisationKind,
        on_delete=models.PROTECT,
        related_name="organisations",
        null=True,
        blank=True,
        verbose_name=_("kind of organisation"),
    )
    region = models.ForeignKey(
        "regions.Region",
        on_delete=models.PROTECT,
        related_name="organisations",
        null=True,
        blank=True,
        verbose_name=_("region"),
        help_text=_("Leave empty for a national or foreign body."),
    )
    country = models.CharField(
        _("country"),
        max_length=2,
        blank=True,
        help_text=_("Two letters (ISO 3166-1), for a foreign body only, e.g. BF."),
    )
    website = models.URLField(_("website"), blank=True)
    other_names = OtherNamesField(
        help_text=_(
            "One a line. Shown on the public page of the organisation, and used by "
            "search and import."
        )
    )
    history = History()

    name = localized("name")
    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("model", "organisation")
        verbose_name_plural = _("organisations")
        permissions = [("export_organisation", "Can export with drafts")]
        ordering = ["name_ar", "name_fr", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name_ar="") | ~Q(name_fr=""),
                name="organisation_has_a_name",
                violation_error_message=_("Give the name in Arabic or in French."),
            ),
            models.CheckConstraint(
                condition=Q(region__isnull=True) | Q(country=""),
                name="organisation_is_regional_or_foreign",
                violation_error_message=_(
                    "An organisation has a region or a foreign country, not both."
                ),
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("consultations:organisation_detail", args=[self.pk])


class PersonQuerySet(SearchableQuerySet):
    document_model = "stakeholders.PersonDocument"


class Person(IndexedModel):
    """Somebody named in the record; the name is public in an office or with consent."""

    name_ar = models.CharField(_("name (Arabic)"), max_length=200, blank=True)
    name_fr = models.CharField(_("name (French)"), max_length=200, blank=True)
    gender = models.CharField(
        _("grammatical gender"),
        max_length=1,
        choices=Gender,
        blank=True,
        help_text=_("Chooses between السيد and السيدة and the form of the office."),
    )
    consents_to_be_named = models.BooleanField(
        _("consents to be named"),
        default=False,
        help_text=_(
            "Without consent the name is public only where the person holds an office."
        ),
    )
    email = models.EmailField(
        _("email address"), blank=True, help_text=_("Seen by staff only.")
    )
    telephone = models.CharField(
        _("telephone"), max_length=40, blank=True, help_text=_("Seen by staff only.")
    )
    other_names = OtherNamesField()
    history = History()

    name = localized("name")
    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("model", "person")
        verbose_name_plural = _("persons")
        permissions = [("contact_person", "Can see and enter contact data")]
        ordering = ["name_ar", "name_fr", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name_ar="") | ~Q(name_fr=""),
                name="person_has_a_name",
                violation_error_message=_("Give the name in Arabic or in French."),
            ),
            models.CheckConstraint(
                condition=Q(gender__in=["", "f", "m"]),
                name="person_gender_is_known_or_empty",
                violation_error_message=_("The grammatical gender is f, m or empty."),
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def name_en(self):
        """Persons have no English column: the French spelling serves Latin readers."""
        return self.name_fr


class OrganisationDocument(NamedDocument):
    """What an organisation is found by: its names; in their order."""

    record = models.OneToOneField(
        Organisation,
        on_delete=with_its_row,
        related_name="+",
        verbose_name=_("organisation"),
    )

    class Meta:
        verbose_name = _("search document of an organisation")
        verbose_name_plural = _("search documents of organisations")


class PersonDocument(NamedDocument):
    """What staff find a person by: the names; in their order. Never asked in public."""

    record = models.OneToOneField(
        Person, on_delete=with_its_row, related_name="+", verbose_name=_("person")
    )

    class Meta:
        verbose_name = _("search document of a person")
        verbose_name_plural = _("search documents of persons")


@describes(OrganisationDocument)
def describe_organisations(organisations):
    for organisation in organisations:
        names = names_of(organisation)
        yield Description(
            organisation.pk,
            texts=names,
            # Further words may be written with a companion: لجنة … بمجلس النواب.
            names=[name.split(maxsplit=1)[0] for name in names],
            sorts_as=fold(organisation.name_ar or organisation.name_fr),
        )


@describes(PersonDocument)
def describe_persons(persons):
    for person in persons:
        # The French spelling serves as the English one.
        names = list(dict.fromkeys(names_of(person)))
        yield Description(
            person.pk,
            texts=names,
            names=names,
            sorts_as=fold(person.name_ar or person.name_fr),
        )
