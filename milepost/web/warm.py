"""Load before the first request what requests need, and spare the garbage collector the walk over it.

The server loads the site once and then forks: what is loaded by then is shared by its processes.
"""

from __future__ import annotations

import gc
from importlib import import_module
from pathlib import Path

from django.apps import apps
from django.template.loader import get_template
from django.urls import get_resolver

# Modules that views import when they first need them.
LATER = ("milepost.engine.portfolio", "scipy.special")
# An answer makes some ten thousand objects that die with it. Collecting every 700 finds nothing to collect.
YOUNG, MIDDLE, OLD = 50_000, 20, 50


def warm_up() -> None:
    """Load addresses, templates and the engine, then set aside everything that is there for good."""
    get_resolver().reverse_dict  # noqa: B018 - reading it builds it
    for name in LATER:
        import_module(name)
    for name in own_templates():
        get_template(name)
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)


def own_templates() -> list[str]:
    """Return the names of our templates."""
    folders = [Path(app.path) / "templates" for app in apps.get_app_configs() if app.name.startswith("milepost.")]
    return [str(path.relative_to(folder)) for folder in folders for path in folder.rglob("*.html")]
