import factory

from stakeholders.models import (
    Office,
    Organisation,
    OrganisationKind,
    ParticipantCategory,
    Person,
)


class TermFactory(factory.django.DjangoModelFactory):
    """A term of a vocabulary; its names hold nothing that a search would look for."""

    class Meta:
        abstract = True

    code = factory.Sequence(lambda n: f"term_{n}")
    name_ar = factory.Sequence(lambda n: f"ط{n}")
    name_fr = factory.Sequence(lambda n: f"t{n}")
    name_en = factory.Sequence(lambda n: f"t{n}")


class ParticipantCategoryFactory(TermFactory):
    class Meta:
        model = ParticipantCategory


class OrganisationKindFactory(TermFactory):
    class Meta:
        model = OrganisationKind


class OfficeFactory(TermFactory):
    class Meta:
        model = Office

    class Params:
        president = factory.Trait(
            name_ar="رئيس مجلس الجهة",
            feminine_ar="رئيسة مجلس الجهة",
            name_fr="Président du conseil régional",
            feminine_fr="Présidente du conseil régional",
        )


class OrganisationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Organisation

    name_ar = factory.Sequence(lambda n: f"هيئة {n}")
    category = factory.SubFactory(ParticipantCategoryFactory)


class PersonFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Person

    name_ar = factory.Sequence(lambda n: f"شخص {n}")
