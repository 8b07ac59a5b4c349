"""What the rules may see of a row beside its own cells.

Here: derived columns as SQL over `r`, a row of the table as read; only those that a rule names are
made. Not here: the rules that use them (`specification/collections`).
"""

from __future__ import annotations

import re

from specification import rules as kinds
from specification.model import Collection, Table

_EXIT = "case a.status when '2' then a.achievement_date when '3' then a.training_end_date end"
_SAME_PERSON = (
    "{0}._return = {1}._return and {0}.apprentice_ref = {1}.apprentice_ref "
    "and {0}.programme_no = {1}.programme_no"
)
_PEOPLE = (  # not rows: a person who is sent twice has a finding of its own
    "count(distinct concat_ws('/', apprentice_ref, programme_no, "
    "case when apprentice_ref is null or programme_no is null then _row end))"
)
_FLOW = (  # wide, because the product of two absurd amounts would stop the check
    "cast({0}.levy_declared as decimal(24, 2)) * {0}.english_fraction + {0}.top_up "
    "+ {0}.transferred_in - {0}.paid_to_providers - {0}.transferred_out - {0}.expired"
)
_BEFORE = "b._return = r._return and b.month = r.month - interval {} month"
_YEAR = "date_trunc('year', {} - interval 3 month)"  # the financial year starts in April

# What a derived column may be taken from, joined only where it is: alias to join.
_JOINS: dict[str, dict[str, str]] = {
    "apprentices": {
        "s": "left join known_standards s on s.code = r.standard_ref",
        "d": "left join withdrawal_details d on d.code = r.withdraw_reason_detail",
        "f": (
            "left join (select a._return, a._row, string_agg(c.code, ', ' order by c.months) "
            "as missing from apprentices_read a join checkpoints c on date_diff('day', "
            f"{_EXIT} + to_months(c.months), a._as_at) between 90 and 455 "
            "where a.status in ('2', '3') and not exists (select 1 from progression_read p "
            "where p._return = a._return and p.apprentice_ref = a.apprentice_ref "
            "and (p.programme_no = a.programme_no or p.programme_no is null) "
            "and (p.checkpoint = c.code or p.checkpoint not in (select code from checkpoints) "
            "or p.checkpoint is null)) and not exists (select 1 from follow_ups_of_nobody n "
            "where n._return = a._return and (n.checkpoint = c.code or n.checkpoint is null)) "
            "group by a._return, a._row) f "
            "on f._return = r._return and f._row = r._row"
        ),
    },
    "progression": {
        "c": "left join checkpoints c on c.code = r.checkpoint",
        "l": "left join ladder l on l.code = r.grade",
        "x": (
            f"left join (select _return, apprentice_ref, programme_no, any_value({_EXIT}) "
            "as exit_on from apprentices_read a group by all) x "
            f"on {_SAME_PERSON.format('x', 'r')}"
        ),
        "e": (
            "left join (select p._return, p._row, max(b.step) as step, "
            "arg_max(q.grade, b.step) as grade from progression_read p "
            f"join progression_read q on {_SAME_PERSON.format('q', 'p')} "
            "join checkpoints t on t.code = p.checkpoint join checkpoints u on u.code = "
            "q.checkpoint and u.months < t.months join ladder b on b.code = q.grade "
            "group by p._return, p._row) e on e._return = r._return and e._row = r._row"
        ),
    },
    "workforce": {
        "n": (
            f"left join (select _return, discipline, {_PEOPLE} as live from apprentices_read a "
            "where status in ('1', '6') and route = 'DIRECT' and not exists (select 1 "
            "from apprentices_read l where l._return = a._return and l.apprentice_ref = "
            "a.apprentice_ref and l.programme_no > a.programme_no) group by all) n "
            "on n._return = r._return and n.discipline = r.discipline"
        ),
        "u": (
            f"left join (select _return, {_PEOPLE} as live from apprentices_read "
            "where _bad <> 0 or status is null or route is null or apprentice_ref is null "
            "or programme_no is null "
            "or (discipline is null and _scope = 'DIGITAL') group by all) u "
            "on u._return = r._return"
        ),
    },
}

DERIVED: dict[str, dict[str, str]] = {
    "apprentices": {
        "_level": "s.level",
        "_typical_months": "s.typical_duration_months",
        "_funding_limit_gbp": "s.max_funding_gbp",
        "_approved_on": "s.approved_date",
        "_last_start_on": "s.last_start_date",
        "_published_hours": "s.minimum_hours",
        "_detail_reason": "d.ilr_reason",
        "_follow_ups_missing": "f.missing",
    },
    "progression": {
        "_due_on": "cast(x.exit_on + to_months(c.months) as date)",
        "_ladder_step": "l.step",
        "_earlier_step": "e.step",
        "_earlier_grade": "e.grade",
    },
    "workforce": {
        "_live_direct": "coalesce(n.live, 0)",
        "_live_unknown": "coalesce(u.live, 0)",
    },
    "levy": {
        "_balance_due": (
            f"(select any_value(b.balance_end) + {_FLOW.format('r')} from levy_read b "
            f"where {_BEFORE.format(1)} and r._bad = 0 and b._bad = 0)"
        ),
        "_balance_due_before": (  # as it would be had the month before shown what it should
            f"(select any_value(b.balance_end) from levy_read b where {_BEFORE.format(2)}) "
            f"+ (select any_value({_FLOW.format('b')}) from levy_read b "
            f"where {_BEFORE.format(1)}) + {_FLOW.format('r')}"
        ),
        "_expired_due": (
            "(select due from levy_expiries e where e._return = r._return and e.month = r.month)"
        ),
        "_transferred_in_year": (
            "(select sum(b.transferred_out) from levy_read b where b._return = r._return "
            f"and {_YEAR.format('b.month')} = {_YEAR.format('r.month')} and b.month <= r.month)"
        ),
        "_levy_year_before": (
            "(select case when count(*) = 12 "
            "then sum(cast(b.levy_declared as decimal(24, 2)) * b.english_fraction) end "
            "from levy_read b where b._return = r._return and "
            f"{_YEAR.format('b.month')} = {_YEAR.format('r.month')} - interval 1 year)"
        ),
    },
}

# Follow-ups that have a finding of their own, because their person is not in the register: each may
# be the one that somebody else seems to lack.
OF_NOBODY = (
    "select p._return, case when p.checkpoint in (select code from checkpoints) "
    "then p.checkpoint end as checkpoint from progression_read p where not exists "
    "(select 1 from apprentices_read a where a._return = p._return "
    "and a.apprentice_ref = p.apprentice_ref and a.programme_no = p.programme_no)"
)

# Series that a measure may be taken of: `{_as_at}` is the last day of the quarter.
SERIES = {
    "starts_by_quarter": (
        "select w._return, back, count(a._row) as starts from whole_read w "
        "cross join unnest(range(9)) as n(back) left join apprentices_read a "
        "on a._return = w._return and date_diff('quarter', a.start_date, w._as_at) = back "
        "group by w._return, back"
    ),
}


def named_in(collection: Collection, table: str) -> str:
    """Return the SQL of every rule that looks at a table in one text, to look names up in."""
    parts: list[str] = []
    for rule in collection.rules:
        if isinstance(rule, kinds.TotalRule):
            looked_at = (table, f"previous_{table}")
            parts += [f"{m.sql} {m.of}" for m in rule.measures.values() if m.of in looked_at]
        elif rule.table == table:
            parts += _sql_of(rule)
    return " ".join(parts)


def _sql_of(rule: kinds.Rule) -> list[str]:
    match rule:
        case kinds.ConditionRule():
            return [rule.must, rule.when or "", *rule.show.values()]
        case kinds.ReconcilesRule():
            return [rule.due, rule.unless or ""]
        case kinds.LevyExpiryRule():
            return ["_expired_due"]
        case kinds.DatedMinimumRule():
            return [rule.measure, rule.when or ""]
        case kinds.KeptRule():
            return [f"previous_{rule.table}"]
        case kinds.RequiredRule() | kinds.AbsentRule() | kinds.RelatedRule() | kinds.UniqueRule():
            return [rule.when or ""]
        case kinds.CodesRule():
            return [rule.required_when or ""]
        case _:
            return []


def derived_columns(table: Table, names: set[str]) -> tuple[dict[str, str], str]:
    """Return the derived columns of a table that are among `names`, and the joins they need.

    Returns: SQL over `r` by column, and the SQL after `from <table>_read r`.
    """
    wanted = {n: sql for n, sql in DERIVED.get(table.name, {}).items() if n in names}
    text = " ".join(wanted.values())
    joins = [
        join
        for alias, join in _JOINS.get(table.name, {}).items()
        if re.search(rf"\b{alias}\.", text)
    ]
    was = {
        f"_was_{field.name}": f"w.{field.name}"
        for field in table.fields
        if f"_was_{field.name}" in names
    }
    if was:
        keys = ", ".join(table.key)
        same = " and ".join(f"w.{name} = r.{name}" for name in table.key)
        joins.append(
            f"left join (select * from previous_{table.name} qualify row_number() over "
            f"(partition by _return, {keys} order by _row) = 1) w "
            f"on w._return = r._return and {same}"
        )
    return wanted | was, " ".join(joins)
