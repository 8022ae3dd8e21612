"""Imports go one way; the contracts stand in pyproject.toml, [tool.importlinter]."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

PYPROJECT = tomllib.loads(
    (settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8")
)["tool"]["importlinter"]
APART = "Imports go one way"
WITHIN = "In consultations too"
APPS = PYPROJECT["root_packages"]
[LAYERS] = [
    [layer.split(" | ") for layer in contract["layers"]]
    for contract in PYPROJECT["contracts"]
    if contract["name"] == APART
]
# What each app may name beside itself: every layer below its own.
BELOW = {
    app: {below for layer in LAYERS[height + 1 :] for below in layer}
    for height, layer in enumerate(LAYERS)
    for app in layer
}


def lint_imports(root):
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def copy_of_the_code(tmp_path):
    shutil.copy(settings.BASE_DIR / "pyproject.toml", tmp_path)
    for app in APPS:
        shutil.copytree(
            settings.BASE_DIR / app,
            tmp_path / app,
            ignore=lambda folder, names: [
                name
                for name in names
                if not (name.endswith(".py") or (Path(folder) / name).is_dir())
                or name == "__pycache__"
            ],
        )
    return tmp_path


def test_imports_go_one_way():
    result = lint_imports(settings.BASE_DIR)

    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("module", "line", "broken"),
    [
        ("config/planted.py", "import regions", APART),
        ("config/urls.py", "from consultations.views import meeting", APART),
        ("regions/models.py", "from accounts.models import User", APART),
        ("regions/models.py", "import stakeholders.models", APART),
        ("accounts/models.py", "from stakeholders.models import Person", APART),
        ("stakeholders/models.py", "from accounts.models import User", APART),
        (
            "stakeholders/models.py",
            "def later():\n    from consultations.models import Meeting",
            APART,
        ),
        ("consultations/models/meeting.py", "import consultations.services", WITHIN),
        ("consultations/services.py", "import consultations.views.meeting", WITHIN),
        ("consultations/planted.py", "", WITHIN),  # a module that has no layer yet
    ],
)
def test_an_import_that_points_back_is_found(copy_of_the_code, module, line, broken):
    with (copy_of_the_code / module).open("a", encoding="utf-8") as file:
        file.write(f"\n\n{line}\n")

    result = lint_imports(copy_of_the_code)

    assert result.returncode == 1
    assert re.findall(r"^(.+) BROKEN", result.stdout, re.MULTILINE) == [broken]


def test_keys_between_models_go_the_same_way():
    """A key names its model as a string, which no import shows."""
    pointing_back = [
        f"{model._meta.label}.{field.name}"
        for app in APPS
        # Not the tables of history: each row names the user who saved it.
        for model in apps.get_app_config(app).get_models()
        if not hasattr(model, "history_user")
        for field in model._meta.get_fields()
        if field.is_relation
        if not field.auto_created
        if field.related_model._meta.app_label in set(APPS) - BELOW[app] - {app}
    ]

    assert pointing_back == []
