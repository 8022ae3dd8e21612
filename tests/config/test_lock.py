import re
from importlib.metadata import distributions

from django.conf import settings


def test_lock_pins_a_package_with_the_extras_that_others_ask_for():
    """pip 23 asks for coverage[toml] before it meets a pin of coverage alone."""
    lock = (settings.BASE_DIR / "requirements.lock").read_text(encoding="utf-8")
    pinned = {
        name.lower(): set(filter(None, (extras or "").split(",")))
        for name, extras in re.findall(r"(?m)^([\w.-]+)(?:\[([\w,-]+)\])?==", lock)
    }
    asked = [
        (found["name"].lower(), found["extra"])
        for distribution in distributions()
        if distribution.name.lower() in pinned
        for requirement in distribution.requires or []
        if "extra ==" not in requirement
        and (
            found := re.match(r"(?P<name>[\w.-]+) ?\[(?P<extra>[\w-]+)\]", requirement)
        )
    ]

    assert ("coverage", "toml") in asked
    assert [pair for pair in asked if pair[1] not in pinned[pair[0]]] == []
