"""The cells of a template: their formats, widths, lists and input messages.

Here: what Excel is told about one field. Not here: the sheets (`template`).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from feedback import look
from feedback.filling import Cell
from ingest.values import reader_of
from specification.load import load_code_list
from specification.model import Field

_EXCEL_EPOCH = date(1899, 12, 30).toordinal()
_TITLE_ROOM, _MESSAGE_ROOM = 32, 250
_NARROWEST, _WIDEST = 13.0, 36.0


class Formats:
    """The cell formats of one workbook."""

    def __init__(self, book: Workbook) -> None:
        def add(**properties: Any) -> Format:
            return book.add_format({"font_name": look.FONT, "font_size": 11} | properties)

        heading = {"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1, "indent": 1}
        edge = f"#{look.RULE}"
        self.required = add(
            **heading, bg_color=f"#{look.NAVY}", font_color="#FFFFFF", border_color=edge
        )
        self.optional = add(
            **heading, bg_color=f"#{look.LILAC}", font_color=f"#{look.NAVY}", border_color=edge
        )
        self.open = add(locked=False)
        self._text = add(locked=False, num_format="@")
        self._date = add(locked=False, num_format="dd/mm/yyyy", align="left")
        self._count = add(locked=False, num_format="0")
        self.title = add(bold=True, font_size=20, font_color=f"#{look.NAVY}")
        self.subtitle = add(font_size=12, font_color=f"#{look.GREY}")
        self.section = add(
            bold=True, font_size=14, font_color=f"#{look.NAVY}", bottom=1, bottom_color=edge
        )
        self.paragraph = add(text_wrap=True, valign="top")
        self.head = add(
            bold=True,
            text_wrap=True,
            valign="top",
            font_color=f"#{look.NAVY}",
            bg_color=f"#{look.LILAC}",
        )
        self.item = add(text_wrap=True, valign="top", bottom=1, bottom_color=edge)
        self.link = add(
            text_wrap=True,
            valign="top",
            bottom=1,
            bottom_color=edge,
            underline=1,
            font_color=f"#{look.LINK}",
        )

    def of(self, field: Field) -> Format:
        """Return the format of a field's cells; identifiers are text, so that no digit is lost."""
        match field.type:
            case "date":
                return self._date
            case "integer":
                return self._count
            case "decimal":
                return self.open
            case "text" | "month" | "code" | "yes_no":
                return self._text


def _choices(field: Field) -> dict[str, str]:
    known = _known_choices.get(field.codes or "")
    if known is None:
        read = reader_of(field)
        known = {
            code.code: code.label if read(code.label).value == code.code else code.code
            for code in load_code_list(field.codes or "")
        }
        _known_choices[field.codes or ""] = known
    return known


_known_choices: dict[str, dict[str, str]] = {}


def choice(field: Field, code: str) -> str:
    """Return how a code is offered: its label, if that is read back as the same code."""
    return _choices(field).get(code, code)


def width_of(field: Field) -> float:
    """Return the width of a field's column, in characters."""
    texts = [max(field.label.split(), key=len) + "   "]
    if field.codes:
        texts += list(_choices(field).values())
    elif field.max_length:
        texts.append("x" * min(field.max_length, 20))
    return min(max(_NARROWEST, *(len(text) + 2.0 for text in texts), len(field.label) / 2), _WIDEST)


def describe(field: Field, lists: dict[str, str]) -> dict[str, Any]:
    """Return the validation of a field's cells: its list or kind, and the message on entering."""
    need = "Must be filled in. " if field.required else ""
    example = choice(field, field.example) if field.codes else field.example
    message = f"{need}{field.help}"
    if len(message) + len(example) + 10 <= _MESSAGE_ROOM:
        message += f"\nExample: {example}"
    told = {
        "input_title": field.label[:_TITLE_ROOM],
        "input_message": message[:_MESSAGE_ROOM],
        "error_type": "warning",  # codes and other forms are read too: warn, never forbid
        "error_title": "Please look again",
    }
    return _kind(field, lists) | told


def _kind(field: Field, lists: dict[str, str]) -> dict[str, Any]:
    match field.type:
        case "code" | "yes_no":
            error = "This is not in the list. Choose from it, or write its code."
            return {
                "validate": "list",
                "source": f"={lists[field.codes or '']}",
                "error_message": error,
            }
        case "date":
            return {
                "validate": "date",
                "criteria": "between",
                "minimum": date(2000, 1, 1),
                "maximum": date(2099, 12, 31),
                "error_message": "Write a date as day, month, year: 30/09/2026.",
            }
        case "integer" | "decimal":
            low = -(10**9) if field.minimum is None else field.minimum
            high = 10**9 if field.maximum is None else field.maximum
            said = f" from {low:,} to {high:,}" if abs(low) < 10**9 > abs(high) else ""
            kind = "whole number" if field.type == "integer" else "number"
            return {
                "validate": field.type,
                "criteria": "between",
                "minimum": float(low),
                "maximum": float(high),
                "error_message": f"Write a {kind}{said}.",
            }
        case "text" | "month":
            if field.max_length is None:
                return {"validate": "any"}
            return {
                "validate": "length",
                "criteria": "<=",
                "value": field.max_length,
                "error_message": f"Write at most {field.max_length} characters.",
            }


def write_cell(
    sheet: Worksheet, row: int, column: int, field: Field, value: Cell, formats: Formats
) -> None:
    """Write one value as an officer would: a date as a date, a code as its label, text as text."""
    if value is None or value == "":
        return
    form = formats.of(field)
    if field.codes and isinstance(value, str):
        sheet.write_string(row, column, choice(field, value), form)
    elif field.type == "month" and isinstance(value, date):
        sheet.write_string(row, column, f"{value:%Y-%m}", form)
    elif isinstance(value, date):
        sheet.write_number(row, column, value.toordinal() - _EXCEL_EPOCH, form)
    elif isinstance(value, (int, Decimal)) and field.type in ("integer", "decimal"):
        sheet.write_number(row, column, float(value), form)
    else:
        sheet.write_string(row, column, str(value), form)
