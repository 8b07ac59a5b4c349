"""The reasons that stand in a release: from the register, by the submissions of its warehouse.

Here: which signed returns they belong to, and adding up the rows of each. Not here: whether their
words may be published (publisher.explanations), or how a query is explained (ingest.explanations).
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from ingest.explanations import CannotExplain, explained
from ingest.home import Home
from ingest.register import Register
from publisher.explanations import GivenReason, read_submissions
from specification.load import collection_for
from specification.periods import Quarter


def reasons_given(home: Home, warehouse: Path, quarter: Quarter) -> tuple[GivenReason, ...]:
    """Return the reasons of a quarter's signed returns, as they were when each was signed.

    The warehouse says which versions it was built from; a version that was signed later has no part
    in it. So the same warehouse gives the same reasons, whatever was sent since.

    Args:
        home: whose register and checks are read.
        warehouse: the snapshot that a release is made from.
        quarter: the quarter of the release.
    """
    if not home.has_register:
        return ()
    register = Register(home.register_url)
    titles = {rule.id: rule.title for rule in collection_for(quarter).rules}
    rows: Counter[tuple[str, str, str, str, bool]] = Counter()
    for submission_id in read_submissions(warehouse, quarter):
        try:
            found = explained(register, home, submission_id, at=datetime.now(UTC))
        except CannotExplain:
            continue  # its check is no longer kept, so nobody can say what was asked
        borough = register.submission(submission_id).borough_code
        for one in found:
            finding = one.finding
            is_row = finding.row is not None
            rows[borough, finding.rule, finding.table, one.explanation.reason, is_row] += 1
    return tuple(
        GivenReason(borough, rule, titles.get(rule, rule), table, count if is_row else None, reason)
        for (borough, rule, table, reason, is_row), count in sorted(rows.items())
    )
