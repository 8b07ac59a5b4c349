"""Which tables a borough sends in which quarter.

Here: what is marked as nothing to report. Not here: the tables. Some boroughs began with the
register and sent the levy, readiness and provider feedback a few quarters later.
"""

from __future__ import annotations

from specification.periods import Quarter, quarters_between
from synthetic.boroughs import Profile
from synthetic.streams import stream

FIRST = Quarter(2024, 3)
_SENT_LATER = ("levy", "readiness", "provider_feedback")
_BEGINS_LATER, _LATEST = 0.3, 3
_YEARLY, _YEAR_END = "public_sector", 4


def nil_tables(seed: int, profile: Profile, quarter: Quarter) -> frozenset[str]:
    """Return the tables that a borough marks as nothing to report in a quarter."""
    past = len(quarters_between(FIRST, quarter)) - 1
    nil = {_YEARLY} if quarter.number != _YEAR_END else set[str]()
    for table in _SENT_LATER:
        random = stream(seed, "begins", profile.borough_code, table)
        begins = random.randint(1, _LATEST) if random.random() < _BEGINS_LATER else 0
        if past < begins:
            nil.add(table)
    return frozenset(nil)
