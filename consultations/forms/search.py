"""What the page that searches everything may be asked for."""

from consultations.forms.filters import FilterForm, WordsField


class SearchForm(FilterForm):
    """Words alone; a parameter that is refused is named, as on the lists."""

    presentation = ()
    region = None
    q = WordsField()

    @property
    def words(self) -> str:
        return self.selection.get("q", "")
