"""What the commands share: where they talk, how they end, and the names people type.

Here: consoles, exit codes, boroughs and quarters as options. Not here: any command.
"""

from __future__ import annotations

from enum import IntEnum
from pathlib import Path
from typing import NoReturn

import typer
from rich.console import Console

from ingest.parse import Declared
from ingest.sheets import UploadedFile
from specification.load import UnknownName, collection_for, find_borough, load_calendar
from specification.periods import Quarter

result = Console(highlight=False, soft_wrap=True)
talk = Console(stderr=True, highlight=False, soft_wrap=True)


class Exit(IntEnum):
    """How a command ends."""

    NOTHING_TO_FIX = 0
    FINDINGS = 1
    WRONG_USE = 2
    UNREADABLE = 3


def stop(sentence: str, code: Exit) -> NoReturn:
    """End the command with one plain sentence on stderr."""
    talk.print(sentence, markup=False)
    raise typer.Exit(int(code))


def declared_return(borough: str, quarter: str) -> Declared:
    """Return what the options declare, or end the command saying what is allowed."""
    try:
        found = Declared(find_borough(borough), declared_quarter(quarter))
        collection_for(found.quarter)
    except UnknownName as unknown:
        stop(str(unknown), Exit.WRONG_USE)
    return found


def declared_quarter(text: str) -> Quarter:
    """Return a quarter of the calendar, or end the command saying which there are."""
    allowed = [one.quarter for one in load_calendar()]
    try:
        quarter = Quarter.parse(text)
    except ValueError as problem:
        stop(f"{problem} Allowed: {allowed[0]} to {allowed[-1]}.", Exit.WRONG_USE)
    if quarter not in allowed:
        sentence = f"No return is collected for {quarter}. Allowed: {allowed[0]} to {allowed[-1]}."
        stop(sentence, Exit.WRONG_USE)
    return quarter


def uploaded(files: list[Path]) -> tuple[UploadedFile, ...]:
    """Return the bytes of the files, or end the command naming the one that is not there."""
    for file in files:
        if not file.is_file():
            stop(f"{file} is not a file. Give the path of the return.", Exit.UNREADABLE)
    return tuple(UploadedFile(file.name, file.read_bytes()) for file in files)
