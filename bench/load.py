"""Load the real server with clients that ask as fast as they are answered."""

from __future__ import annotations

import http.client
import subprocess
import threading
import time
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from milepost.up import web_command

PORT = 8973
WARM_UP, SECONDS = 5, 15


@contextmanager
def serving() -> Iterator[None]:
    """Run the server as `milepost up` does, on loopback."""
    command = web_command(Namespace(listen="127.0.0.1", port=PORT, workers=2, threads=4))
    server = subprocess.Popen(command)  # noqa: S603 - our own server
    try:
        wait_for_server()
        yield
    finally:
        server.terminate()
        server.wait(20)


def wait_for_server() -> None:
    """Return once the server answers."""
    for _ in range(100):
        try:
            http.client.HTTPConnection("127.0.0.1", PORT, timeout=2).request("GET", "/health")
            return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("The server did not start.")


def load(cookies: Sequence[str], walks: Sequence[Iterator[str]]) -> str:
    """Let one client for each cookie go its walk; return the pages a second."""
    paths = [[next(walk) for _ in range(2000)] for walk in walks]
    with serving():
        rush(cookies, paths, WARM_UP)
        done, failed = rush(cookies, paths, SECONDS)
    return f"{done / SECONDS:.0f} pages a second" + (f", {failed} of {done} failed" if failed else "")


def rush(cookies: Sequence[str], paths: Sequence[Sequence[str]], seconds: float) -> tuple[int, int]:
    """Return how many pages were answered within the time, and how many of them were not right."""
    done, failed = [0] * len(cookies), [0] * len(cookies)
    end = time.monotonic() + seconds

    def client(number: int) -> None:
        link = http.client.HTTPConnection("127.0.0.1", PORT, timeout=30)
        headers = {"Cookie": cookies[number], "Accept-Encoding": "gzip"}
        while time.monotonic() < end:
            link.request("GET", paths[number][(done[number] + number) % len(paths[number])], headers=headers)
            answer = link.getresponse()
            answer.read()
            done[number] += 1
            failed[number] += answer.status != 200

    threads = [threading.Thread(target=client, args=(number,)) for number in range(len(cookies))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done), sum(failed)
