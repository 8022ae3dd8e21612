"""Reads the forms of a page, as a browser would before sending them."""

from html.parser import HTMLParser

from accounts.kept_forms import MARK


class _Inputs(HTMLParser):
    """Collects names and values of the form ``form_id``, in the order of the page."""

    def __init__(self, form_id):
        super().__init__()
        self.form_id = form_id
        self.inside = False
        self.data: dict[str, list[str]] = {}
        self.select = None
        self.textarea = None

    def handle_starttag(self, tag, attributes):
        attrs = dict(attributes)
        if tag == "form":
            self.inside = attrs.get("id") == self.form_id
        if not self.inside:
            return
        name = attrs.get("name")
        if tag == "input" and name:
            kind = attrs.get("type", "text")
            if kind in ("submit", "file", "image"):
                return
            if kind in ("checkbox", "radio") and "checked" not in attrs:
                return
            ticked = "on" if kind == "checkbox" else ""
            self.data.setdefault(name, []).append(attrs.get("value") or ticked)
        elif tag == "select" and name:
            self.select = (name, "multiple" in attrs, [], [])
        elif tag == "option" and self.select:
            _name, _multiple, chosen, offered = self.select
            offered.append(attrs.get("value") or "")
            if "selected" in attrs:
                chosen.append(attrs.get("value") or "")
        elif tag == "textarea" and name:
            self.textarea = (name, [])

    def handle_data(self, data):
        if self.textarea:
            self.textarea[1].append(data)

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False
        elif tag == "select" and self.select:
            name, multiple, chosen, offered = self.select
            if not chosen and offered and not multiple:
                chosen = offered[:1]
            if chosen:
                self.data[name] = chosen
            self.select = None
        elif tag == "textarea" and self.textarea:
            name, parts = self.textarea
            # A browser drops the line break that follows the opening tag.
            self.data[name] = ["".join(parts).removeprefix("\r\n").removeprefix("\n")]
            self.textarea = None


class FormData(dict):
    """What a form sends: names and their values, and the rows that a script would add."""

    def __init__(self, inputs: dict[str, list[str]]):
        kept = {
            name: values
            for name, values in inputs.items()
            if "__prefix__" not in name and name != "csrfmiddlewaretoken"
        }
        super().__init__(kept)
        self.empty_rows = {
            name: values for name, values in inputs.items() if "__prefix__" in name
        }

    def __eq__(self, other):
        """Say whether the same was typed; the mark of who it is for tells the second."""
        return {**self, MARK: None} == {**other, MARK: None}

    __hash__ = None

    def type_in(self, **values) -> None:
        """Put each value into the input of its name."""
        self.update({name: [str(value)] for name, value in values.items()})

    def add_row(self, prefix: str, **values) -> None:
        """Type into the empty row that the inline ``prefix`` opens with, or into a new one."""
        total, saved = (
            self[f"{prefix}-{name}_FORMS"][0] for name in ("TOTAL", "INITIAL")
        )
        number = str(int(total) - 1)
        empty = {
            name: defaults
            for name, defaults in self.empty_rows.items()
            if name.startswith(f"{prefix}-__prefix__-")
        }
        is_open = int(total) > int(saved) and all(
            self.get(name.replace("__prefix__", number)) == defaults
            for name, defaults in empty.items()
        )
        if not is_open:
            number = total
            self[f"{prefix}-TOTAL_FORMS"] = [str(int(number) + 1)]
            for name, defaults in empty.items():
                self[name.replace("__prefix__", number)] = defaults
        for name, value in values.items():
            self[f"{prefix}-{number}-{name}"] = [str(value)]


def form_of_page(text: str, form_id: str) -> dict[str, list[str]]:
    """Return what a form of the page ``text`` would send if nothing were typed."""
    return FormData(_inputs_of(text, form_id))


def form_data(response, form_id: str) -> FormData:
    """Return what the form of the page would send if nothing were typed."""
    return FormData(_inputs_of(response.content.decode(), form_id))


def _inputs_of(text, form_id):
    inputs = _Inputs(form_id)
    inputs.feed(text)
    assert inputs.data, f"no form {form_id} on the page"
    return inputs.data
