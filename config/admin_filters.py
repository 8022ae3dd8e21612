"""Filters of lists that cost more to count than to apply."""

from django.contrib import admin
from django.utils.translation import gettext as _


class UncountedFilter(admin.SimpleListFilter):
    """A filter without facets: its counts would read every record for each list."""

    def choices(self, changelist):
        chosen = self.value()
        for value, title in ((None, _("All")), *self.lookup_choices):
            yield {
                "selected": chosen == value,
                "query_string": changelist.get_query_string(
                    {self.parameter_name: value} if value else None,
                    None if value else [self.parameter_name],
                ),
                "display": title,
            }
