"""The one check of a return, built from the specification and run by Great Expectations.

Here: rules compiled to SQL and expectations, run over DuckDB, and turned into findings. Not here:
the rules (`specification`), reading files (`ingest`), where a result is shown.
"""
