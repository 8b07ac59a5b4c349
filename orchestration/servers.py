"""Dagster's servers beside the portal: the code, the daemon with its sensors, and the pages.

Here: starting them for one home, and ending every one of them. Not here: what they run
(definitions), or the pages (webserver). All three are on this machine only; one process holds the
code, and the other two go on when it answers.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

from ingest.home import Home

ENDING_SECONDS = 10.0

# Two runs at once: each may take two cores and some gigabytes.
_SETTINGS = """\
telemetry: {enabled: false}
run_monitoring: {enabled: true}
concurrency: {runs: {max_concurrent_runs: 2}}
"""


def write_settings(home: Home) -> None:
    """Write Dagster's own settings into a home that has none; nothing is told to anybody."""
    settings = home.dagster / "dagster.yaml"
    if not settings.exists():
        home.dagster.mkdir(parents=True, exist_ok=True)
        settings.write_text(_SETTINGS, encoding="utf-8")


@contextmanager
def dagster_servers(home: Home, port: int) -> Generator[Path]:
    """Run Dagster's servers until the block ends; give the folder of what they print.

    Args:
        home: the installation.
        port: where Dagster's pages answer, once they do.
    """
    write_settings(home)
    # The path of a socket has to be short, and a home's may be long.
    with tempfile.TemporaryDirectory(prefix="cohort-") as folder:
        servers = _Servers(home, Path(folder), port)
        servers.start()
        try:
            yield servers.logs
        finally:
            servers.end()


class _Servers:
    """The three processes. Each is in a group of its own: Ctrl-C is the portal's to answer."""

    def __init__(self, home: Home, folder: Path, port: int) -> None:
        self.logs = home.dagster / "servers"
        self._socket, self._workspace = folder / "code.sock", folder / "workspace.yaml"
        self._port = port
        self._environment = os.environ | {
            "COHORT_HOME": str(home.root),
            "DAGSTER_HOME": str(home.dagster),
            "DAGSTER_DISABLE_TELEMETRY": "yes",
            "PYTHONWARNINGS": "ignore",
        }
        self._running: list[subprocess.Popen[bytes]] = []
        self._ending = Event()
        self._starter = Thread(target=self._start_daemon, name="dagster", daemon=True)

    def start(self) -> None:
        """Start the code and the pages, which wait for it, and the daemon once it answers."""
        self.logs.mkdir(exist_ok=True)
        self._workspace.write_text(
            f"load_from: [grpc_server: {{socket: {self._socket}, location_name: cohort}}]\n",
            "utf-8",
        )
        module = "orchestration.definitions"
        self._run("code", "dagster", "api", "grpc", "--socket", str(self._socket), "-m", module)
        self._run("pages", "orchestration.webserver", str(self._socket), str(self._port))
        self._starter.start()

    def end(self) -> None:
        """End every server, and whatever it started; one that will not is killed."""
        self._ending.set()
        self._starter.join()
        for one in reversed(self._running):
            _tell(one, signal.SIGTERM)
        for one in self._running:
            try:
                one.wait(ENDING_SECONDS)
            except subprocess.TimeoutExpired:
                _tell(one, signal.SIGKILL)
                one.wait()
            _tell(one, signal.SIGKILL)  # whoever is left of its group

    def _start_daemon(self) -> None:
        while not self._socket.exists():
            if self._ending.wait(0.2) or self._running[0].poll() is not None:
                return
        self._run("daemon", "dagster._daemon", "run", "-w", str(self._workspace))

    def _run(self, name: str, module: str, *arguments: str) -> None:
        with (self.logs / f"{name}.log").open("wb") as out:
            started = subprocess.Popen(  # noqa: S603 - our own commands
                [sys.executable, "-m", module, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=self._environment,
                start_new_session=True,
            )
        self._running.append(started)


def _tell(one: subprocess.Popen[bytes], what: signal.Signals) -> None:
    try:
        os.killpg(one.pid, what)
    except ProcessLookupError:
        return
