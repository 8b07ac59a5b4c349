"""Where the state of one installation lives.

Here: every path below `COHORT_HOME`, and the settings. Not here: what is written to a path.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from specification.periods import Quarter


class Settings(BaseSettings):
    """Settings from the environment, prefix `COHORT_`.

    `home` is the folder of all state; `database_url` overrides the SQLite register;
    `pseudonym_key_file` the file that holds the key of the learner-number pseudonyms;
    `keep_snapshots` how many of the last warehouse snapshots are kept, and `keep_snapshots_days`
    the days for which each is kept whatever their number.
    """

    model_config = SettingsConfigDict(env_prefix="COHORT_")

    home: Path = Field(default_factory=lambda: Path.cwd() / ".cohort")
    database_url: str | None = None
    pseudonym_key_file: Path | None = None
    # At least two: a reader may have just been told of the one that was live until now.
    keep_snapshots: int = Field(default=3, ge=2)
    keep_snapshots_days: int = Field(default=0, ge=0)


class Home:
    """The folders of one installation, made when first asked for with `make`."""

    def __init__(self, root: Path, settings: Settings | None = None) -> None:
        self.root = root.resolve()
        self._settings = settings

    @classmethod
    def from_environment(cls) -> Home:
        """Return the home that `COHORT_HOME` names, or `.cohort` in the current folder."""
        settings = Settings()
        return cls(settings.home, settings)

    @property
    def key_file(self) -> Path:
        """The pseudonym key."""
        chosen = self._settings.pseudonym_key_file if self._settings else None
        return chosen or self.root / "keys" / "pseudonym.key"

    @property
    def register_url(self) -> str:
        """SQLAlchemy URL of the register."""
        chosen = self._settings.database_url if self._settings else None
        return chosen or f"sqlite:///{self.root / 'register.sqlite'}"

    @property
    def has_register(self) -> bool:
        """Whether there is a register; asking makes none."""
        chosen = self._settings.database_url if self._settings else None
        return chosen is not None or (self.root / "register.sqlite").is_file()

    @property
    def landing(self) -> Path:
        """Bytes as received, by hash."""
        return self.root / "landing"

    @property
    def checks(self) -> Path:
        """Check results, one JSON file a submission."""
        return self.root / "checks"

    @property
    def lake(self) -> Path:
        """Accepted, pseudonymised Parquet."""
        return self.root / "lake"

    @property
    def context(self) -> Path:
        """Imported national tables and provider lists, as Parquet."""
        return self.lake / "context"

    @property
    def warehouse(self) -> Path:
        """Immutable warehouse snapshots and the pointer to the live one."""
        return self.root / "warehouse"

    @property
    def open_copies(self) -> Path:
        """Copies of snapshots that hold only what analysts may ask of; made again where missing."""
        return self.root / "open"

    @property
    def releases(self) -> Path:
        """Bundles, one folder an edition below one a quarter; drafts too, so no web server's."""
        return self.root / "releases"

    @property
    def site(self) -> Path:
        """The static site of all published editions."""
        return self.root / "site"

    @property
    def previews(self) -> Path:
        """Pages that boroughs were given before their time, one folder a quarter and borough."""
        return self.root / "previews"

    @property
    def post(self) -> Path:
        """Letters that are kept as files, because no server is set to send them."""
        return self.root / "post"

    @property
    def synthetic(self) -> Path:
        """The demo's return files and their truth."""
        return self.root / "synthetic"

    @property
    def is_synthetic(self) -> bool:
        """Whether this home holds a synthetic London: its truth file lies here."""
        return (self.synthetic / "truth.json").is_file()

    @property
    def dagster(self) -> Path:
        """DAGSTER_HOME."""
        return self.root / "dagster"

    @property
    def work(self) -> Path:
        """Temporary files; nothing here outlives a command."""
        return self.root / "work"

    def accepted(self, table: str, quarter: Quarter, borough_code: str) -> Path:
        """Return the Parquet file of one accepted table."""
        return self.lake / "accepted" / table / str(quarter) / f"{borough_code}.parquet"

    def compacted(self, table: str, quarter: str) -> Path:
        """Return the Parquet file of one accepted table with every borough of a quarter."""
        return self.lake / "compacted" / table / quarter / "boroughs.parquet"

    def edition(self, quarter: Quarter, number: int) -> Path:
        """Return the folder of one edition's bundle."""
        return self.releases / str(quarter) / str(number)

    def check_result(self, submission_id: str) -> Path:
        """Return the file of one submission's check result."""
        return self.checks / f"{submission_id}.json"

    def signing_figures(self, submission_id: str) -> Path:
        """Return the file of the figures that a signing officer sees of one submission."""
        return self.root / "signing" / f"{submission_id}.json"

    @contextmanager
    def temporary_folder(self) -> Generator[Path]:
        """Give a private folder for files that may hold personal data, and remove it after."""
        self.work.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.work) as name:
            yield Path(name)


def write_durably(path: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Write a whole file under its final name: aside, fsync, rename, fsync of the folder.

    Raises:
        OSError: the disk is full or not writable; nothing has the final name then.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, aside = tempfile.mkstemp(dir=path.parent, prefix=".aside-")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        os.chmod(aside, mode)
        os.replace(aside, path)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make renames in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
