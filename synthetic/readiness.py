"""Teams that could take an apprentice, and whether they are ready.

Here: the teams of each discipline, which team an apprentice is in, the eight conditions and the
decision. Not here: the posts (`workforce`), from which the sixth condition comes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from specification.load import load_code_list
from specification.periods import Quarter, quarters_between
from synthetic.boroughs import Profile
from synthetic.rows import ApprenticeRow, ReadinessRow, WorkforceRow
from synthetic.standards import digital_choices
from synthetic.streams import stream, weighted

_TEAMS = {"DATA": 2, "SOFTWARE": 2, "INFRASTRUCTURE": 3, "PRODUCT": 2}
_SMALL = 0.5
_FIRST = Quarter(2024, 3)
_REASONS = ("STANDARD", "MARKET", "PROVIDER", "FLUX", "CAPACITY", "NO_OPENING", "OTHER", "BUDGET")
_OPENING = 5  # c6, a post to progress into, comes from the workforce table
_SCORE = weighted({1: 3.0, 2: 14.0, 3: 43.0, 4: 40.0})
_CHANGES = 0.06
_SECOND_STANDARD = 0.35
_TOO_MANY_PARTLY = 4


def teams_of(profile: Profile, discipline: str) -> tuple[str, ...]:
    """Return the council's own names of the teams of a discipline; a small council has one."""
    count = 1 if profile.size < _SMALL else _TEAMS.get(discipline, 1)
    return tuple(f"{discipline}-{number}" for number in range(1, count + 1))


def team_of(seed: int, profile: Profile, discipline: str, reference: str) -> str:
    """Return the team in which an apprentice of a discipline works, the same for all rows."""
    teams = teams_of(profile, discipline)
    return stream(seed, "team", reference, discipline).choice(teams)


def _scores(seed: int, names: tuple[str, ...], quarter: Quarter) -> list[int]:
    """Return eight scores: drawn once, and a step up or down now and then since the first."""
    random = stream(seed, "readiness", *names)
    scores = [_SCORE.choose(random) for _ in range(8)]
    for later in quarters_between(_FIRST.next(), quarter):
        random = stream(seed, "readiness", *names, str(later))
        for place, score in enumerate(scores):
            if random.random() < _CHANGES:
                scores[place] = min(4, max(1, score + random.choice((-1, 1, 1))))
    return scores


def _decide(scores: list[int]) -> tuple[str, str | None]:
    """Return the decision, and the reason of the weakest condition unless it is to go ahead."""
    weakest = scores.index(min(scores))
    if scores.count(1) > 1:
        return "NOT_NOW", _REASONS[weakest]
    if 1 in scores or scores.count(2) >= _TOO_MANY_PARTLY:
        return "HOLD", _REASONS[weakest]
    return "GO", None


def _openings(workforce: Iterable[WorkforceRow]) -> Counter[str]:
    openings: Counter[str] = Counter()
    for row in workforce:
        openings[row.discipline] += row.expected_openings_12m or 0
    return openings


def _opening_score(openings: int) -> int:
    return 1 if openings == 0 else 2 if openings == 1 else 3 if openings < 4 else 4


def readiness_rows(
    seed: int,
    profile: Profile,
    quarter: Quarter,
    *,
    apprentices: tuple[ApprenticeRow, ...],
    workforce: tuple[WorkforceRow, ...],
) -> tuple[ReadinessRow, ...]:
    """Return the readiness table: every team that an apprentice has been in, and its neighbours."""
    openings = _openings(workforce)
    choices = digital_choices(quarter.last_day).items
    used = {row.discipline for row in apprentices}
    rows: list[ReadinessRow] = []
    for discipline in (one.code for one in load_code_list("discipline")):
        wanted = sorted({one.reference for one in choices if one.discipline == discipline})
        if not wanted or (profile.size < _SMALL and discipline not in used):
            continue
        for team in teams_of(profile, discipline):
            random = stream(seed, "team standards", profile.borough_code, team)
            first, *others = random.sample(wanted, len(wanted))
            standards = [first, *others[:1]] if random.random() < _SECOND_STANDARD else [first]
            for standard_ref in standards:
                names = (profile.borough_code, team, standard_ref)
                scores = _scores(seed, names, quarter)
                scores[_OPENING] = _opening_score(openings[discipline])
                row = (team, discipline, standard_ref, *map(str, scores), *_decide(scores))
                rows.append(ReadinessRow._make(row))
    return tuple(rows)
