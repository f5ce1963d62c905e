"""Keep processes running: start them, start them again when they die, and stop them in order."""

from __future__ import annotations

import ctypes
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType

GRACE = 10.0
DIED_TOO_OFTEN = 5
A_MINUTE = 60.0


def say(words: str) -> None:
    """Print a line at once, also into a pipe."""
    print(words, flush=True)  # noqa: T201


@dataclass
class Child:
    """A process that is to be there."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    deaths: list[float] = field(default_factory=list)

    def start(self) -> None:
        # A session of its own: Ctrl-C reaches the supervisor alone, which stops its children in order.
        self.process = subprocess.Popen(self.command, start_new_session=True, preexec_fn=end_with_parent)  # noqa: S603

    def is_dead(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def signal(self, number: int) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)

    def died_too_often(self) -> bool:
        """Note a death; tell whether it is hopeless."""
        now = time.monotonic()
        self.deaths = [at for at in self.deaths if now - at < A_MINUTE] + [now]
        return len(self.deaths) >= DIED_TOO_OFTEN


def end_with_parent() -> None:
    """Ask Linux to end this process when the supervisor is killed; elsewhere it must be ended by hand."""
    if sys.platform == "linux":
        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)


class Supervisor:
    """Start children, start them again when they die, stop them all when told to."""

    def __init__(self, children: list[Child]) -> None:
        self.children = children
        self.is_stopping = threading.Event()

    def run(self, is_ready: Callable[[], bool], when_ready: Callable[[], None]) -> int:
        """Watch the children; return 0 when stopped, 1 when one cannot be kept alive."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._stop)
        try:
            for child in self.children:
                child.start()
            return self._watch(is_ready, when_ready)
        finally:
            self._stop_children()

    def _watch(self, is_ready: Callable[[], bool], when_ready: Callable[[], None]) -> int:
        greeted = False
        while not self.is_stopping.wait(0.5 if greeted else 0.1):
            for child in self.children:
                if child.is_dead() and not self._revive(child):
                    return 1
            if not greeted and is_ready():
                greeted = True
                when_ready()
        return 0

    def _revive(self, child: Child) -> bool:
        if child.died_too_often():
            say(f"The {child.name} process ended {DIED_TOO_OFTEN} times within a minute; giving up. See above why.")
            return False
        say(f"The {child.name} process ended; starting it again.")
        self.is_stopping.wait(0.5)
        child.start()
        return True

    def _stop_children(self) -> None:
        for child in self.children:
            child.signal(signal.SIGTERM)
        deadline = time.monotonic() + GRACE
        for child in self.children:
            try:
                if child.process is not None:
                    child.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.signal(signal.SIGKILL)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.is_stopping.set()
