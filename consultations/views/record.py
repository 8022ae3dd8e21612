"""What the list and the page of meetings and of agreements have in common."""

from django.core.paginator import EmptyPage
from django.template.response import TemplateResponse
from django.views.generic import ListView

from consultations.models import Publication


class WithdrawnIsGoneMixin:
    """A page of a record: 404 for what was never public, 410 for what was withdrawn."""

    def get_queryset(self):
        return (
            super()
            .get_queryset()
            .filter(publication__in=[Publication.PUBLISHED, Publication.WITHDRAWN])
        )

    def get(self, request, *args, **kwargs):
        self.object = self.get_object()
        if self.object.publication == Publication.WITHDRAWN:
            return TemplateResponse(
                request, "410.html", {"record": self.object}, status=410
            )
        return self.render_to_response(self.get_context_data(object=self.object))


class FilteredListView(ListView):
    """Published records that the filters in the address select, a page at a time.

    A parameter that is refused is named on the page and left out.
    """

    paginate_by = 20
    form_class: type

    def get_queryset(self):
        self.filters = self.form_class(self.request.GET)
        records = self.filters.apply(self.model.objects.published())
        return self.filters.ordered(records).for_list()

    def paginate_queryset(self, queryset, page_size):
        paginator = self.get_paginator(queryset, page_size)
        try:
            page = paginator.page(self.filters.page_number)
        except EmptyPage:
            self.filters.refuse("page", str(self.filters.page_number), "bad_page")
            page = paginator.page(1)
        return paginator, page, page.object_list, page.has_other_pages()

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        selected = context["paginator"].count
        context["filters"] = self.filters
        context["selected"] = selected
        context["total"] = (
            self.model.objects.published().count()
            if self.filters.selection
            else selected
        )
        return context
