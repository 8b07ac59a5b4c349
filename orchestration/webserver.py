"""Dagster's own pages, to look at runs: read-only, on this machine only, under its own names only.

Here: Dagster's web application with a check of the Host header, which it lacks: without one, a page
elsewhere could reach it through a browser on this machine. Not here: starting it (servers).
"""

from __future__ import annotations

import sys
from pathlib import Path
from time import sleep

import dagster as dg
import uvicorn
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import GrpcServerTarget
from dagster_webserver.app import create_app_from_workspace_process_context
from starlette.middleware.trustedhost import TrustedHostMiddleware

HOSTS = ("localhost", "127.0.0.1")


def main(socket: Path, port: int) -> None:
    """Serve the pages of the code that answers at a socket, once it does, until stopped."""
    while not socket.exists():  # both take seconds to import: they do it side by side
        sleep(0.1)
    code = GrpcServerTarget(socket=str(socket), host="localhost", port=None, location_name="cohort")
    with (
        dg.DagsterInstance.get() as instance,
        WorkspaceProcessContext(
            instance, workspace_load_target=code, version=dg.__version__, read_only=True
        ) as workspace,
    ):
        pages = create_app_from_workspace_process_context(workspace)
        pages.add_middleware(TrustedHostMiddleware, allowed_hosts=list(HOSTS))
        uvicorn.run(pages, host="127.0.0.1", port=port, log_level="warning")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
