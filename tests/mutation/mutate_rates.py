"""Which small faults in the SQL of the rates the unit tests find: `make mutate`.

Here: every fault tried, one at a time; the faults that change nothing, with the reason; the table
of what was found. It runs as `python -m tests.mutation.mutate_rates [model …]`. Not here: what the
faults are (`sql_mutants`), or how the unit tests are run (`unit_tests`).
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.mutation.sql_mutants import Mutant, make_mutants
from tests.mutation.unit_tests import PROJECT, UnitTests, project_read, read_unit_tests

MODELS = ("int_spells_known", "int_spells_sequenced", "int_spells_rated")
ONE_SUBMISSION = "A submission is of one borough and quarter: the other keys only spare reading."
NO_RETURN_BETWEEN = "Seen again in the very next return: there is no return in between to join."
# The faulty line of a model, and why it says the same as the right one.
EQUIVALENT = {
    ("int_spells_known", "left join returns"): (
        "A version that was superseded has no return number, and a null joins nothing later."
    ),
    ("int_spells_known", "spells.submission_id = returns.submission_id"): ONE_SUBMISSION,
    ("int_spells_known", "and spells.borough_code = returns.borough_code"): ONE_SUBMISSION,
    ("int_spells_known", "gone.submission_id = spells.submission_id"): ONE_SUBMISSION,
    (
        "int_spells_known",
        "or sightings.next_return_number >= sightings.return_number + 1",
    ): NO_RETURN_BETWEEN,
    (
        "int_spells_known",
        "or sightings.next_return_number > sightings.return_number - 1",
    ): NO_RETURN_BETWEEN,
    (
        "int_spells_known",
        "or sightings.next_return_number > sightings.return_number + 0",
    ): NO_RETURN_BETWEEN,
    ("int_spells_known", "left join spells"): "What is gone was taken from the same spells.",
    ("int_spells_sequenced", "left join journeys as next_spell"): (
        "The conditions below ask for the next spell's standard, which a missing one has not."
    ),
    ("int_spells_sequenced", "and next_spell.spell_number >= left_spell.spell_number"): (
        "A spell has its own standard, and the line above asks for another."
    ),
    ("int_spells_rated", "left join {{ ref('dim_quarter') }} as quarters"): (
        "Every quarter that a return can be of is in dim_quarter."
    ),
    ("int_spells_rated", "and not (is_switched and end_year < natural_year) as is_leaver,"): (
        "A switch is a withdrawal, whose hybrid year is its natural year."
    ),
    ("int_spells_rated", "or (planned_days between 14 and 168 and actual_days < 14)"): (
        "A plan of 168 days with 13 done is under 42 too, by the line above."
    ),
}


def model_sql(model: str) -> str:
    """Return the SQL of one model as it is."""
    return (PROJECT / "models" / "intermediate" / f"{model}.sql").read_text("utf-8")


def model_mutants(model: str) -> list[Mutant]:
    """Return every mutant of one model."""
    return make_mutants(model, model_sql(model))


def equivalence(mutant: Mutant) -> str | None:
    """Return why a mutant says the same as its model, or None if it should be found out."""
    return EQUIVALENT.get((mutant.model, mutant.after))


def run(models: Sequence[str]) -> Counter[str]:
    """Try every mutant of the models, print a line for each that lives, and a table."""
    total: Counter[str] = Counter()
    lines: list[str] = []
    with tempfile.TemporaryDirectory() as folder, project_read(Path(folder), MODELS) as project:
        for model in models:
            started = time.monotonic()
            with read_unit_tests(project, model) as unit_tests:
                counts = try_model(unit_tests, model)
            total += counts
            lines.append(_row(model, counts, time.monotonic() - started))
    _say("| model | mutants | killed | survived | equivalent | broken SQL | seconds |")
    _say("|---|---|---|---|---|---|---|")
    _say("\n".join(lines))
    return total


def try_model(unit_tests: UnitTests, model: str) -> Counter[str]:
    """Count what became of each mutant of one model, and print those that are not found out.

    Raises:
        RuntimeError: the model as it is fails its own tests, so that they would find every fault.
    """
    if unit_tests.verdict(model_sql(model)) != "survived":
        raise RuntimeError(f"{model} fails its own unit tests: run `dbt test` and mend it first.")
    counts: Counter[str] = Counter()
    for mutant in model_mutants(model):
        found = unit_tests.verdict(mutant.sql)
        if found == "survived" and equivalence(mutant):
            found = "equivalent"
        counts[found] += 1
        if found in ("survived", "broken"):
            _say(f"{found}: {model}:{mutant.line}: {mutant.before} -> {mutant.after}")
    return counts


def _row(model: str, counts: Counter[str], seconds: float) -> str:
    kinds = [counts[kind] for kind in ("killed", "survived", "equivalent", "broken")]
    return f"| {model} | {counts.total()} | {' | '.join(map(str, kinds))} | {seconds:.0f} |"


def main(arguments: Sequence[str]) -> int:
    """Try the models named, or all three; 1 if a mutant survived."""
    total = run(arguments or MODELS)
    _say(
        f"mutants: {total.total() - total['broken']} killed: {total['killed']} "
        f"survived: {total['survived']} equivalent: {total['equivalent']}"
    )
    return 1 if total["survived"] else 0


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - a command's answer


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
