"""Files for staff: every list whose rows are a table of the data contract has them.

The rows that were ticked, drafts flagged as such; who may have them says the role.
"""

from functools import partial

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

# Read first, so that every list is there.
import regions.admin
import stakeholders.admin
from consultations.admin import agreement, evidence, followup, meeting, series
from consultations.exports import TABLES, stream
from consultations.views.record import base_url_of

LISTS = (
    agreement,
    evidence,
    followup,
    meeting,
    series,
    regions.admin,
    stakeholders.admin,
)


def _file(model_admin, request, queryset, form: str):
    (dataset,) = (one for one in TABLES.values() if one.model is model_admin.model)
    return stream(
        dataset,
        dataset.model.objects.filter(pk__in=queryset.order_by().values("pk")),
        form=form,
        base_url=base_url_of(request),
        include_drafts=True,
        seen=partial(request.user.within_reach, "view"),
    )


@admin.action(description=_("Export as CSV"), permissions=["export"])
def export_as_csv(model_admin, request, queryset):
    return _file(model_admin, request, queryset, "csv")


@admin.action(description=_("Export as CSV for Excel"), permissions=["export"])
def export_for_excel(model_admin, request, queryset):
    return _file(model_admin, request, queryset, "excel.csv")


@admin.action(description=_("Export as a workbook"), permissions=["export"])
def export_as_workbook(model_admin, request, queryset):
    return _file(model_admin, request, queryset, "xlsx")


for _dataset in TABLES.values():
    if admin.site.is_registered(_dataset.model):
        _list = admin.site.get_model_admin(_dataset.model)
        _list.actions = [
            *_list.actions,
            export_as_csv,
            export_for_excel,
            export_as_workbook,
        ]
