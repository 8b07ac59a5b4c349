"""A sample of the faults that `make mutate` puts into the rates, each of which a test must find.

Here: the sample, and that dbt says the same as our quick run of its unit tests. Not here: every
fault (`make mutate`).
"""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from tests.mutation.mutate_rates import EQUIVALENT, MODELS, equivalence, model_mutants, model_sql
from tests.mutation.sql_mutants import make_mutants
from tests.mutation.unit_tests import Project, ask_dbt, project_read, read_unit_tests

# The test of any one of them reads the whole project: all in one worker.
pytestmark = pytest.mark.xdist_group("mutants")
SAMPLE_A_MODEL = 12
SEED = 4


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """The project as dbt reads it, and its models without rows."""
    with project_read(tmp_path_factory.mktemp("mutants"), MODELS) as project:
        yield project


@pytest.mark.parametrize("model", MODELS)
def test_a_sample_of_faults_is_found(project: Project, model: str) -> None:
    told_apart = [mutant for mutant in model_mutants(model) if not equivalence(mutant)]
    chance = random.Random(SEED)  # noqa: S311 - a seed, so that a failure can be repeated
    sample = chance.sample(told_apart, SAMPLE_A_MODEL)
    with read_unit_tests(project, model) as unit_tests:
        assert unit_tests.verdict(model_sql(model)) == "survived"
        verdicts = {
            f"{one.line}: {one.before} -> {one.after}": unit_tests.verdict(one.sql)
            for one in sample
        }
    assert {fault: word for fault, word in verdicts.items() if word != "killed"} == {}


@pytest.mark.parametrize("model", MODELS)
def test_dbt_itself_finds_a_fault(project: Project, model: str) -> None:
    chance = random.Random(SEED)  # noqa: S311 - a seed, so that a failure can be repeated
    fault = chance.choice([one for one in model_mutants(model) if not equivalence(one)])
    with read_unit_tests(project, model) as unit_tests:
        assert unit_tests.verdict(fault.sql) == "killed"
    assert not ask_dbt(project, model, fault.sql)


def test_a_fault_that_changes_nothing_survives_here_and_in_dbt(project: Project) -> None:
    model = MODELS[0]
    harmless = next(one for one in model_mutants(model) if equivalence(one))
    with read_unit_tests(project, model) as unit_tests:
        assert unit_tests.verdict(harmless.sql) == "survived"
    assert ask_dbt(project, model, harmless.sql)


def test_each_fault_that_is_said_to_change_nothing_is_one_that_is_made() -> None:
    made = [(one.model, one.after) for model in MODELS for one in model_mutants(model)]
    assert {key: made.count(key) for key in EQUIVALENT if made.count(key) != 1} == {}


def test_faults_are_made_of_conditions_branches_defaults_and_windows() -> None:
    sql = (
        "select case when a = '3' then 1 end, coalesce(b, 0),\n"
        "min(c) over (partition by d, e order by f) -- g < 1\n"
        "from {{ ref('h') }} where (i between 2 and 4 and j < 5)"
    )
    made = {mutant.after for mutant in make_mutants("one", sql)}
    assert {
        "select case when a <> '3' then 1 end, coalesce(b, 0),",
        "select case when a = '6' then 1 end, coalesce(b, 0),",
        "select case when a = '3' then 1 end, coalesce(b),",
        "max(c) over (partition by d, e order by f) -- g < 1",
        "min(c) over (partition by d order by f) -- g < 1",
        "min(c) over (partition by d, e order by f desc) -- g < 1",
        "from {{ ref('h') }} where (i between 2 and 4)",
        "from {{ ref('h') }} where (j < 5)",
        "from {{ ref('h') }} where (i between 2 and 4 or j < 5)",
        "from {{ ref('h') }} where (i between 3 and 4 and j < 5)",
        "from {{ ref('h') }} where (i between 2 and 4 and j <= 5)",
    } <= made
    assert not {one for one in made if "g <= 1" in one or "2 or 4" in one}
