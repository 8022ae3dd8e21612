import factory

from regions.models import Province, Region


class RegionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Region

    code = factory.Sequence(lambda n: f"{n % 90 + 10:02d}")
    iso_code = factory.LazyAttribute(lambda region: f"MA-{region.code}")
    slug = factory.LazyAttribute(lambda region: f"region-{region.code}")
    name_ar = factory.LazyAttribute(lambda region: f"جهة {region.code}")
    name_fr = factory.LazyAttribute(lambda region: f"Région {region.code}")
    name_en = factory.LazyAttribute(lambda region: f"Region {region.code}")

    class Params:
        oriental = factory.Trait(
            code="02",
            slug="oriental",
            name_ar="الشرق",
            name_fr="Oriental",
            name_en="Oriental",
            other_names="جهة الشرق",
        )


class ProvinceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Province

    region = factory.SubFactory(RegionFactory)
    code = factory.Sequence(lambda n: f"{n // 1000:02d}.{n % 1000:03d}")
    iso_code = factory.Sequence(lambda n: f"M{n:05d}"[:6])
    kind = Province.Kind.PROVINCE
    name_ar = factory.LazyAttribute(lambda province: f"إقليم {province.code}")
    name_fr = factory.LazyAttribute(lambda province: f"Province {province.code}")
    name_en = factory.LazyAttribute(lambda province: f"Province {province.code}")
