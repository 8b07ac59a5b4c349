"""Dagster: when each step runs, over which boroughs and quarters, and what is recorded of it.

Here: thin assets, checks, partitions, a sensor and resources. Not here: any step itself; each
asset calls one function of the packages below.
"""

import warnings

import dagster as dg

# Single-run backfills and partitioned metadata are marked beta; we pin the minor version.
warnings.filterwarnings("ignore", category=dg.BetaWarning)
warnings.filterwarnings("ignore", category=dg.PreviewWarning)
