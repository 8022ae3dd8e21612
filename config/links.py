"""Links between records and terms that nobody can lose by deleting the term."""

from django.apps import apps
from django.db import models
from django.utils.text import format_lazy


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


def name_links() -> None:
    """Call every link by what holds it, as the page that confirms a deletion prints it.

    Django would write “Meeting-theme relationship: Meeting_themes object (3)” there.
    """
    for through in apps.get_models(include_auto_created=True):
        holder = through._meta.auto_created
        if not holder:
            continue
        to_holder, to_target = (
            field for field in through._meta.fields if field.is_relation
        )
        target = to_target.remote_field.model
        through._meta.verbose_name = holder._meta.verbose_name
        through._meta.verbose_name_plural = format_lazy(
            "{} – {}",
            holder._meta.verbose_name_plural,
            target._meta.verbose_name_plural,
        )
        through.__str__ = _name_of(to_holder.name)


def _name_of(column: str):
    return lambda link: str(getattr(link, column))
