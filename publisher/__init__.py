"""From the warehouse's marts to a comparative release that may be read by anyone.

Here: reading marts, disclosure control, comparison with chance, charts, the page and its files.
Not here: how a metric is counted (dbt_project), who may see a release (portal).
"""
