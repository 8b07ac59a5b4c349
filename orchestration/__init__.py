"""Dagster: when each step runs, over which boroughs and quarters, and what is recorded of it.

Here: thin assets, checks, partitions, a sensor and resources. Not here: any step itself; each
asset calls one function of the packages below.
"""
