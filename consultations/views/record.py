"""What the list and the page of meetings and of agreements have in common."""

from django.core.paginator import EmptyPage, Paginator
from django.db.models import QuerySet
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.views.generic import TemplateView

from config.localization import LANGUAGES, LocalizedText, pick_language
from consultations.dossiers.citation import bibtex_of, citations_of, reference_of
from consultations.exports import DATASETS
from regions.models import Region


def base_url_of(request) -> str:
    """Return the address of the portal that the request came to, without a slash."""
    return f"{request.scheme}://{request.get_host()}"


def record_context(record, base_url: str) -> dict:
    """Return what the pages of meetings and of agreements say of a record alike."""
    return {
        "permalink": base_url + record.get_absolute_url(),
        "reference": reference_of(record),
        "citations": citations_of(record, base_url),
        "bibtex": bibtex_of(record, base_url),
    }


class WithdrawnIsGoneMixin:
    """A page of a record: 404 for what was never public, 410 for what no longer is."""

    def get_queryset(self):
        return super().get_queryset().filter(published_at__lte=timezone.now())

    def get(self, request, *args, **kwargs):
        self.object = self.get_object()
        if not self.object.is_published:
            return TemplateResponse(
                request, "410.html", withdrawn_page_context(self.object), status=410
            )
        return self.render_to_response(self.get_context_data(object=self.object))


def withdrawn_page_context(record) -> dict:
    """Return what the page in the place of ``record`` says, as it was when withdrawn.

    What was changed since, in the draft that it may have become, is not public.
    """
    withdrawn = record.last_withdrawal()
    return {
        "record": record,
        "reference": reference_of(record),
        "title": _title_then(withdrawn),
        "regions": _regions_then(withdrawn),
        "withdrawn_at": withdrawn.history_date if withdrawn else None,
        "reason": (withdrawn or record).withdrawal_reason,
    }


def _title_then(withdrawn) -> LocalizedText:
    """Return the title that a withdrawn state had, in the reader's language."""
    return pick_language(
        {code: getattr(withdrawn, f"title_{code}", "") for code in LANGUAGES}
    )


def _regions_then(withdrawn) -> list[Region]:
    """Return the regions that a withdrawn state was about."""
    if withdrawn is None:
        return []
    if hasattr(withdrawn, "region_id"):
        keys = [withdrawn.region_id]
    else:
        keys = withdrawn.regions.values_list("region", flat=True)
    return list(Region.objects.filter(pk__in=[key for key in keys if key]))


class FilteredListView(TemplateView):
    """Published records that the filters in the address select, a page at a time.

    A parameter that is refused is named on the page and left out. Rows are selected,
    counted and cut by the facets, which are kept as long as the public record stays;
    the database is asked for the rows of one page. ``heading``, ``crumb`` and ``lead``
    are what the page says of itself, ``datasets`` name the files that hold the same.
    """

    paginate_by = 20
    form_class: type
    context_object_name: str
    heading: Promise
    crumb: Promise
    lead: Promise
    datasets: tuple[str, ...] = ()

    def records(self, index, rows: list[int]) -> list:
        """Return what stands in the rows of one page, in their order."""
        raise NotImplementedError

    def get_context_data(self, **kwargs):
        self.filters = self.form_class(self.request.GET)
        index = self.filters.index
        paginator = Paginator(self.filters.selected, self.paginate_by)
        try:
            page = paginator.page(self.filters.page_number)
        except EmptyPage:
            self.filters.refuse("page", str(self.filters.page_number), "bad_page")
            page = paginator.page(1)
        records = self.records(index, page.object_list)
        page.object_list = records
        return super().get_context_data(**kwargs) | {
            "heading": self.heading,
            "crumb": self.crumb,
            "lead": self.lead,
            "datasets": [DATASETS[name] for name in self.datasets],
            "filters": self.filters,
            "paginator": paginator,
            "page_obj": page,
            "object_list": records,
            self.context_object_name: records,
            "selected": paginator.count,
            "total": index.size,
            "undated_left_out": self.filters.undated_left_out.bit_count(),
            "advice": (
                self.filters.advice()
                if self.filters.selection and not paginator.count
                else None
            ),
        }

    def render_to_response(self, context, **response_kwargs):
        response = super().render_to_response(context, **response_kwargs)
        # Words and days never run out: whoever makes them up would fill the cache of pages.
        response.is_cacheable_address = (
            self.filters.is_wholly_valid
            and self.filters.is_of_lists
            and self.request.META["QUERY_STRING"] == self.filters.canonical_query
        )
        return response


def records_by_key(records: QuerySet, keys: list[int]) -> list:
    """Return records in the order of their keys; one withdrawn meanwhile is left out."""
    found = {record.pk: record for record in records.filter(pk__in=keys)}
    return [found[key] for key in keys if key in found]
