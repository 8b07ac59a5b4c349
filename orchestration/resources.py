"""What assets are given: the home of the installation, and dbt.

Here: Dagster resources. Not here: settings themselves (`ingest.home`).
"""

from pathlib import Path

import dagster as dg

from ingest.home import Home, Settings


class HomeResource(dg.ConfigurableResource[Home]):
    """The installation's folders. `root` is `COHORT_HOME`."""

    root: str

    @property
    def home(self) -> Home:
        """The home at `root`, with the settings of the environment."""
        return Home(Path(self.root), Settings())

    @classmethod
    def of(cls, home: Home) -> "HomeResource":
        """Return the resource of a home."""
        return cls(root=str(home.root))
