import factory
from django.contrib.auth.models import Group
from django.core.management import call_command

from accounts.models import User


class UserFactory(factory.django.DjangoModelFactory):
    """A superuser of the staff; with ``roles``, somebody who has those and no more."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"staff{n}")
    password = factory.django.Password("correct horse battery")
    is_staff = True
    is_superuser = True

    class Params:
        ordinary = factory.Trait(is_superuser=False)

    @factory.post_generation
    def roles(self, create, extracted, **kwargs):
        if extracted:
            self.is_superuser = False
            self.save(update_fields=["is_superuser"])
            call_command("make_roles", verbosity=0)
            self.groups.set(Group.objects.filter(name__in=extracted))

    @factory.post_generation
    def regions(self, create, extracted, **kwargs):
        if extracted:
            self.regions.set(extracted)
