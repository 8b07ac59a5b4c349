"""The website. So far it shows where the returns stand and the releases, on this machine only.

Here: HTTP. Not here: Dagster, dbt, or anything that changes state: sending and signing are on the
command line until people can sign in.
"""
