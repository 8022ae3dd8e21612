"""Links between records and terms that nobody can lose by deleting the term."""

from django.db import models


class RestrictedLinks(models.ManyToManyField):
    """A ManyToManyField whose target cannot be deleted while something links to it.

    Django's own lets the links go with the target, silently. Deleting what holds the
    links takes the links along, as usual.
    """

    def contribute_to_related_class(self, cls, related):
        super().contribute_to_related_class(cls, related)
        through = self.remote_field.through
        if through._meta.auto_created:
            target = through._meta.get_field(self.m2m_reverse_field_name())
            target.remote_field.on_delete = models.RESTRICT
