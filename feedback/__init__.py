"""Findings out, in the forms that a person uses.

Here: issues to read, the marked copy of a sent workbook, the template, imports that fill it.
Not here: what is wrong (`expectations`), how a file is read (`ingest`), the web page (`portal`).
"""
