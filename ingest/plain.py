"""Words as they compare: without case, punctuation and repeated spaces.

Here: the plain form of a heading or name. Not here: which heading means which field (`headers`).
"""

from __future__ import annotations

import re
from functools import lru_cache

_REMARK = re.compile(r"[(\[]\s*(required|mandatory|optional|if known)\s*[)\]]\s*$", re.IGNORECASE)


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Return a text without case, punctuation, repeated spaces and a final “(required)”."""
    bare = _REMARK.sub("", text.strip().rstrip("*: "))
    # Folding may part a letter from its accent, so what is no letter is taken out after it.
    return re.sub(r"[\W_]+", " ", (bare or text).casefold()).strip()
