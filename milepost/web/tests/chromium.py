"""Find and start the system's Chromium; run as a module it tells by its exit code whether there is one."""

import os
import shutil
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Nothing of its own to ask the world, and pictures that look the same everywhere.
QUIET = ("--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update")


def path() -> str | None:
    """Return the browser's program: MILEPOST_CHROMIUM, or the first one on the path."""
    named = os.environ.get("MILEPOST_CHROMIUM")
    return named or next((found for name in NAMES if (found := shutil.which(name))), None)


def launch(playwright, program):
    """Start it without a window; its sandbox refuses to run as root, as in most containers."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return playwright.chromium.launch(executable_path=program, args=[*QUIET, *(["--no-sandbox"] if is_root else [])])


if __name__ == "__main__":
    sys.exit(0 if path() else 1)
