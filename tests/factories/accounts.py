import factory

from accounts.models import User


class UserFactory(factory.django.DjangoModelFactory):
    """A member of staff who may do everything: roles come later."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"staff{n}")
    password = factory.django.Password("correct horse battery")
    is_staff = True
    is_superuser = True

    class Params:
        ordinary = factory.Trait(is_superuser=False)
