"""Every kind of fault that is seeded, over all tables.

Here: the catalogue. Not here: the kinds, which are beside their tables, nor which returns get them
(`fault_plan`).
"""

from __future__ import annotations

from synthetic.cell_faults import CellFault, FaultKind
from synthetic.fault_kinds_apprentices import APPRENTICE_FAULTS
from synthetic.fault_kinds_levy import LEVY_FAULTS
from synthetic.fault_kinds_plans import PLAN_FAULTS
from synthetic.fault_kinds_progression import PROGRESSION_FAULTS
from synthetic.fault_kinds_queries import QUERY_FAULTS
from synthetic.fault_kinds_return import RETURN_FAULTS, MissingSheet
from synthetic.fault_kinds_whole import WHOLE_FAULTS
from synthetic.fault_kinds_workforce import WORKFORCE_FAULTS

FAULT_KINDS: tuple[FaultKind, ...] = (
    *RETURN_FAULTS,
    *APPRENTICE_FAULTS,
    *QUERY_FAULTS,
    *WHOLE_FAULTS,
    *PROGRESSION_FAULTS,
    *WORKFORCE_FAULTS,
    *LEVY_FAULTS,
    *PLAN_FAULTS,
)


def is_fault_of_the_return(kind: FaultKind) -> bool:
    """Return whether the fault is about the return as a whole, of which a file gets one."""
    if isinstance(kind, CellFault):
        return kind.table == "return"
    return isinstance(kind, MissingSheet)
