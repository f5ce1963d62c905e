"""Take pictures of every screen of an example company, at two widths, in light and dark: `bin/shots`."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
THEMES = ("light", "dark")
SIZES = {"desktop": {"width": 1280, "height": 860}, "phone": {"width": 390, "height": 844}}
# The pictures of README.md: which screen, at which width, in which light.
README = {
    "board": ("board", "desktop", "light"),
    "desk": ("desk", "desktop", "light"),
    "opportunity": ("opportunity", "desktop", "light"),
    "phone": ("opportunity", "phone", "dark"),
}
# People of the example company who see enough of everything.
PEOPLE = {
    "coordinator": "Mara Lindt",
    "salesperson": "Ines Kovar",
    "sales_manager": "Daniel Osei",
    "administrator": "Noor Adeyemi",
}


def main() -> int:
    """Make or reuse the example company, serve it, and visit every screen."""
    options = read_options()
    home = Path(options.home) if options.home else Path(tempfile.gettempdir()) / "milepost-shots"
    os.environ.update(MILEPOST_HOME=str(home), DJANGO_SETTINGS_MODULE="milepost.settings")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # see browser.py
    from milepost.web.tests import chromium

    program = chromium.path()
    if program is None:
        print("No Chromium is installed (on Debian: apt-get install chromium).", file=sys.stderr)
        return 1
    with served(home, options.port) as address:
        count = take_all(program, address, options)
    print(f"{count} pictures in {options.into}")
    return 0 if count else 1


def read_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="bin/shots", description=__doc__)
    parser.add_argument("--only", default="", metavar="PART", help="only screens with this in their name")
    parser.add_argument("--size", choices=SIZES, help="only this width")
    parser.add_argument("--theme", choices=THEMES, help="only this light")
    parser.add_argument("--into", type=Path, default=ROOT / "shots", metavar="DIR", help="where the pictures go")
    parser.add_argument("--home", metavar="DIR", help="take them of this company; it must have the example's people")
    parser.add_argument("--port", type=int, default=8799, metavar="N")
    parser.add_argument("--whole", action="store_true", help="the whole page, not only what fits the window")
    parser.add_argument("--readme", action="store_true", help="only the pictures of README.md")
    return parser.parse_args()


@contextmanager
def served(home: Path, port: int):
    """Serve the example company in `home`, made when it is not there."""
    command = [sys.executable, "-m", "milepost", "demo", "--home", str(home), "--port", str(port), "--workers", "1"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        wait_for(f"http://localhost:{port}/health", server)
        yield f"http://localhost:{port}"
    finally:
        server.terminate()
        server.wait(20)


def wait_for(address: str, server: subprocess.Popen) -> None:
    """Wait until the site answers; making the company takes a while."""
    for _ in range(600):
        if server.poll() is not None:
            raise SystemExit("The example company could not be served; see above.")
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("The example company did not get ready.")


def take_all(program: str, address: str, options: argparse.Namespace) -> int:
    """Take every picture asked for and return how many."""
    import django

    django.setup()
    from playwright.sync_api import sync_playwright

    from milepost.web.tests import chromium

    options.into.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = chromium.launch(playwright, program)
        visitors = Visitors(browser, address)
        count = sum(take(visitors, *wanted) for wanted in plan(options))
        browser.close()
    return count


def plan(options: argparse.Namespace) -> list[tuple]:
    """List the pictures asked for: screen, width, light, whether whole, and file."""
    from milepost.web.tests.screens import SCREENS

    if options.readme:
        by_name = {screen.name: screen for screen in SCREENS}
        chosen = README.items()
        return [(by_name[n], size, theme, False, options.into / f"{file}.png") for file, (n, size, theme) in chosen]
    return [
        (screen, size, theme, options.whole, options.into / f"{screen.name}.{size}.{theme}.png")
        for size in ([options.size] if options.size else SIZES)
        for theme in ([options.theme] if options.theme else THEMES)
        for screen in SCREENS
        if options.only in screen.name
    ]


class Visitors:
    """Windows of signed-in people, one for each role, width and light."""

    def __init__(self, browser, address: str) -> None:
        self.browser, self.address, self.windows = browser, address, {}

    def get(self, role: str, size: str, theme: str):
        """Return a page and who looks at it."""
        key = (role, size, theme)
        if key not in self.windows:
            self.windows[key] = visitor(self.browser, self.address, *key)
        return self.windows[key]


def visitor(browser, address: str, role: str, size: str, theme: str):
    """Open a window signed in as the person of a role."""
    from django.conf import settings

    from milepost.team.models import Person

    person = Person.objects.get(name=PEOPLE[role])
    touch = size == "phone"  # a finger gets larger controls
    context = browser.new_context(
        base_url=address,
        viewport=SIZES[size],
        color_scheme=theme,
        reduced_motion="reduce",
        device_scale_factor=1,
        has_touch=touch,
        is_mobile=touch,
    )
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session_of(person), "url": address}])
    return context.new_page(), person


def session_of(person) -> str:
    """Sign somebody in on the server and return the key."""
    from django.conf import settings
    from django.test import Client

    client = Client(headers={"host": "localhost"})
    client.force_login(person)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def take(visitors: Visitors, screen, size: str, theme: str, whole: bool, path: Path) -> bool:
    """Take one picture; a screen that is not there is said and passed over."""
    page, person = visitors.get(screen.role, size, theme)
    address = screen.address(person)
    answer = page.goto(address) if address else None
    if answer is None or answer.status != 200:
        print(f"{screen.name}: {f'{address} answered {answer.status}' if answer else 'nothing to show'}")
        return False
    page.wait_for_load_state("networkidle")
    page.screenshot(path=path, full_page=whole)
    return True


if __name__ == "__main__":
    sys.exit(main())
