"""The SQL door: one question of an analyst to one snapshot, in a process of its own.

Here: what may be asked, the process that asks it, and the log of what was asked. Not here: HTTP,
the pages round it (`portal.pages.asking`).
"""
