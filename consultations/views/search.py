from django.shortcuts import render
from django.views.decorators.http import require_safe

from config.search_index import query_of
from consultations.forms.search import SearchForm
from consultations.search import (
    nearest_spelling,
    search_everything,
    search_words_apart,
)


@require_safe
def search(request):
    """Everything public that some words find, or the nearest words that find something."""
    form = SearchForm(request.GET)
    query = query_of(form.words) if form.words else None
    groups = search_everything(query) if query else []
    found_nothing = query is not None and not groups
    return render(
        request,
        "consultations/search.html",
        {
            "form": form,
            "words": form.words,
            "query": query,
            "groups": groups,
            "nearest": nearest_spelling(form.words) if found_nothing else "",
            "words_apart": search_words_apart(form.words) if found_nothing else [],
        },
    )
