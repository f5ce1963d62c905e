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
SIZES = {"desktop": {"width": 1280, "height": 860}, "phone": {"width": 390, "height": 844}}
# People of the example company who see enough of everything.
PEOPLE = {"coordinator": "Mara Lindt", "salesperson": "Ines Kovar", "administrator": "Noor Adeyemi"}


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
    parser.add_argument("--theme", choices=("light", "dark"), help="only this light")
    parser.add_argument("--into", type=Path, default=ROOT / "shots", metavar="DIR", help="where the pictures go")
    parser.add_argument("--home", metavar="DIR", help="take them of this company; it must have the example's people")
    parser.add_argument("--port", type=int, default=8799, metavar="N")
    parser.add_argument("--whole", action="store_true", help="the whole page, not only what fits the window")
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
    from milepost.web.tests.screens import SCREENS

    options.into.mkdir(parents=True, exist_ok=True)
    count = 0
    with sync_playwright() as playwright:
        browser = chromium.launch(playwright, program)
        for size in [options.size] if options.size else SIZES:
            for theme in [options.theme] if options.theme else ("light", "dark"):
                visitors = {}
                for screen in SCREENS:
                    if options.only not in screen.name:
                        continue
                    if screen.role not in visitors:
                        visitors[screen.role] = visitor(browser, address, screen.role, size, theme)
                    count += take(*visitors[screen.role], screen, options, f"{screen.name}.{size}.{theme}.png")
        browser.close()
    return count


def visitor(browser, address: str, role: str, size: str, theme: str):
    """Open a window signed in as the person of a role."""
    from milepost.team.models import Person

    person = Person.objects.get(name=PEOPLE[role])
    context = browser.new_context(
        base_url=address, viewport=SIZES[size], color_scheme=theme, reduced_motion="reduce", device_scale_factor=1
    )
    context.add_cookies([{"name": "sessionid", "value": session_of(person), "url": address}])
    return context.new_page(), person


def session_of(person) -> str:
    """Sign somebody in on the server and return the key."""
    from django.test import Client

    client = Client(headers={"host": "localhost"})
    client.force_login(person)
    return client.cookies["sessionid"].value


def take(page, person, screen, options: argparse.Namespace, name: str) -> bool:
    """Take one picture; a screen that is not there is said and passed over."""
    from django.urls import NoReverseMatch

    try:
        address = screen.address(person)
    except NoReverseMatch:
        address = None
    if address is None:
        print(f"{screen.name}: nothing to show")
        return False
    answer = page.goto(address)
    if answer.status != 200:
        print(f"{screen.name}: {address} answered {answer.status}")
        return False
    page.wait_for_load_state("networkidle")
    page.screenshot(path=options.into / name, full_page=options.whole)
    return True


if __name__ == "__main__":
    sys.exit(main())
