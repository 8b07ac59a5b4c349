"""How officers' workbooks look: one accent, red to fix, amber to explain.

Here: colours, fonts and the room that a text needs. Not here: what is written.
"""

from __future__ import annotations

import math

FONT = "Calibri"
NAVY, LILAC, GREY, RULE = "2B2560", "E9E7F4", "5B5B66", "C9C7D8"
RED_FILL, RED_TEXT = "FBE0DD", "B3261E"
AMBER_FILL, AMBER_TEXT = "FFF4D6", "7A5200"
LINK = "2456A6"
LINE_POINTS = 15.0


def lines_of(text: str, width: float) -> int:
    """Return how many lines a wrapped text takes in a column of that width, in characters."""
    room = max(width * 1.08, 1)  # widths count digits, and most letters are narrower
    return sum(max(1, math.ceil(len(line) / room)) for line in text.split("\n"))


def height_of(texts_and_widths: list[tuple[str, float]], *, least: float = 18.0) -> float:
    """Return the height in points of a row whose wrapped texts stand in columns of those widths."""
    most = max((lines_of(text, width) for text, width in texts_and_widths), default=1)
    return max(least, most * LINE_POINTS + 4)
