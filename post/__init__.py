"""E-mail to officers: what is due to whom, by the register and the calendar, and sending it once.

Here: letters, the days they are due, and the ways they go out. Not here: what happened (`ingest`),
the pages they lead to (`portal`), when it is asked for (`orchestration`, `cli`, `portal`).
"""
