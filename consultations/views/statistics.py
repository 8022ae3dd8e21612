"""Figures over the record: each a sentence, a picture, a table and the same as a file."""

from collections import Counter
from dataclasses import dataclass

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from config.localization import LANGUAGES, LocalizedText, pick_language
from consultations.charts import (
    WindowChart,
    draw_time_line,
    draw_time_lines,
    draw_window,
)
from consultations.choices import NATIONAL
from consultations.exports import REPORTS
from consultations.exports.columns import Dataset, Scope
from consultations.models import Commitment, Hearing, Meeting
from consultations.reports import (
    SeriesOutcome,
    meeting_densities,
    meetings_by_month,
    series_outcomes,
)
from consultations.views.record import base_url_of


@dataclass(frozen=True)
class SeriesShown:
    """What became of a series, and its picture."""

    outcome: SeriesOutcome
    chart: WindowChart


@require_safe
def statistics(request):
    """Meetings by month and region, against what was announced and how many live there."""
    months = meetings_by_month()
    densities = meeting_densities()
    lines = draw_time_lines(
        {one.region.pk: one.months for one in densities}
        | {None: months.get(None, Counter())}
    )
    return render(
        request,
        "consultations/statistics.html",
        {
            "time_line": draw_time_line(sum(months.values(), Counter())),
            "rows": [(one, lines.get(one.region.pk)) for one in densities],
            "national": lines.get(None),
            "most_dense": max((one.tenths for one in densities), default=0),
            "held": sum(one.held for one in densities),
            "series": [
                SeriesShown(
                    one,
                    draw_window(
                        one.series.announced_from, one.series.announced_to, one.days
                    ),
                )
                for one in series_outcomes()
            ],
            "reports": [
                {
                    "heading": view.heading,
                    "lead": view.lead,
                    "address": reverse(view.url_name),
                    "dataset": view.dataset,
                }
                for view in REPORT_VIEWS
            ],
        },
    )


class ReportView(TemplateView):
    """A report: the rows of its file, in words and as a picture, with its filters.

    The rows are read through the dataset itself, so that page and file are one query.
    """

    dataset: Dataset
    url_name: str
    heading: Promise
    lead: Promise

    def get_context_data(self, **kwargs):
        # As for a file: a report has neither an order to choose nor pages.
        self.filters = self.dataset.filters(self.request.GET, is_export=True)
        records = self.filters.apply(self.dataset.published())
        scope = Scope(base_url_of(self.request), timezone.localdate())
        rows = [
            dict(zip(self.dataset.keys, row, strict=True))
            for row in self.dataset.rows(records, scope)
        ]
        return (
            super().get_context_data(**kwargs)
            | {
                "heading": self.heading,
                "lead": self.lead,
                "dataset": self.dataset,
                "filters": self.filters,
                "selected": len(rows),
                "undated_left_out": self.undated_left_out().bit_count(),
                "rows": rows,
            }
            | self.figures(rows)
        )

    def undated_left_out(self) -> int:
        """Return the records that count, but for the want of a date that is asked for."""
        return self.filters.undated_left_out

    def figures(self, rows: list[dict]) -> dict:
        """Return what the page says of the rows, and add to each what it is called."""
        return {}

    def render_to_response(self, context, **response_kwargs):
        response = super().render_to_response(context, **response_kwargs)
        response.is_cacheable_address = (
            self.filters.is_wholly_valid
            and self.filters.is_of_lists
            and self.request.META["QUERY_STRING"] == self.filters.canonical_query
        )
        return response


def _name(row: dict, of: str) -> LocalizedText:
    return pick_language({code: row[f"{of}_{code}"] for code in LANGUAGES})


def _category_address(row: dict) -> str:
    return reverse("consultations:participant_detail", args=[row["category"]])


class HeldView(ReportView):
    """A report on meetings that took place: no other counts."""

    def undated_left_out(self):
        held = self.filters.index.select("state", Meeting.State.HELD)
        return super().undated_left_out() & held


class AttendanceView(HeldView):
    dataset = REPORTS["attendance_by_category"]
    url_name = "consultations:report_attendance"
    template_name = "consultations/report_attendance.html"
    heading = _("Attendance by category")
    lead = _(
        "How often each participant category was heard, and how many people were "
        "counted. What the sources do not mention is unknown: it does not say that "
        "nobody came."
    )

    def figures(self, rows):
        for row in rows:
            row["name"] = _name(row, "category")
            row["address"] = _category_address(row)
            row["uncounted"] = row["meetings_heard"] - row["meetings_counted"]
        most = max((row["meetings_heard"] for row in rows), default=0)
        often = [row for row in rows if most and row["meetings_heard"] == most]
        counts = [
            row["people_present"] for row in rows if row["people_present"] is not None
        ]
        return {
            "largest": most,
            "most": often[0] if len(often) == 1 else None,
            "heard": sum(1 for row in rows if row["meetings_heard"]),
            "present": sum(counts) if counts else None,
        }


class CoverageView(HeldView):
    dataset = REPORTS["coverage"]
    url_name = "consultations:report_coverage"
    template_name = "consultations/report_coverage.html"
    heading = _("Regions and categories heard")
    lead = _(
        "Each region with each participant category, in one of four states: heard, "
        "recorded absent, not mentioned in the sources, or no report found. Only the "
        "first two say what happened."
    )

    def undated_left_out(self):
        national = self.filters.index.select("region", NATIONAL)
        return super().undated_left_out() & ~national

    def figures(self, rows):
        labels = {state.value: state.label for state in Hearing}
        if self.filters.counts_a_part:
            labels[Hearing.NO_REPORT] = gettext("no report in this selection")
        regions, categories = {}, {}
        for row in rows:
            row["label"] = labels[row["hearing"]]
            regions.setdefault(row["region"], _name(row, "region"))
            line = categories.setdefault(
                row["category"],
                {
                    "name": _name(row, "category"),
                    "address": _category_address(row),
                    "cells": [],
                },
            )
            line["cells"].append(row)
            row["region_name"] = regions[row["region"]]
        counts = Counter(row["hearing"] for row in rows)
        return {
            "regions": [
                (reverse("consultations:region_detail", args=[slug]), name)
                for slug, name in regions.items()
            ],
            "categories": categories.values(),
            "heard": counts[Hearing.HEARD],
            "states": [
                (state, label, counts[state]) for state, label in labels.items()
            ],
        }


class AgreementsView(ReportView):
    dataset = REPORTS["agreements_by_region"]
    url_name = "consultations:report_agreements"
    template_name = "consultations/report_agreements.html"
    heading = _("Agreements by region")
    lead = _(
        "How many agreements of the register cover each region, and which amounts are "
        "known. An agreement of several regions is counted in each of them."
    )

    def figures(self, rows):
        for row in rows:
            if row["region"] == NATIONAL:
                row["name"] = gettext("National")
                continue
            row["name"] = _name(row, "region")
            row["address"] = reverse(
                "consultations:region_detail", args=[row["region"]]
            )
        return {
            "largest": max((row["agreements"] for row in rows), default=0),
            "agreements": self.filters.bits.bit_count(),
            "regions": sum(1 for row in rows if row["region"] != NATIONAL),
        }


class CommitmentsView(ReportView):
    dataset = REPORTS["commitments_by_state"]
    url_name = "consultations:report_commitments"
    template_name = "consultations/report_commitments.html"
    heading = _("Commitments by state")
    lead = _(
        "Where the commitments made at the meetings stand today, and how many are past "
        "their due date."
    )

    def figures(self, rows):
        for row in rows:
            row["name"] = Commitment.State(row["state"]).label
        return {
            "largest": max((row["commitments"] for row in rows), default=0),
            **{
                key: sum(row[key] for row in rows)
                for key in ("commitments", "past_due", "without_due_date")
            },
        }


REPORT_VIEWS = (AttendanceView, CoverageView, AgreementsView, CommitmentsView)
