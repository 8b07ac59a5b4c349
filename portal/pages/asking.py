"""Asking a snapshot by SQL: the query, its answer as a table or a file, and one's own log.

Here: what is typed and what is shown. Not here: whether it may be asked, and asking it
(ingest.query_door).
"""

from __future__ import annotations

from starlette.responses import Response

from ingest.query_door.door import Answer, Busy, Column, Form, Outcome
from ingest.query_door.log import Asked, QueryLog
from ingest.shelf import ShelfSnapshot, shelf
from ingest.snapshots import NoWarehouse
from portal.access import Action
from portal.page import Call, NotFound, Page
from portal.pages.data import download_name
from portal.pages.sending import file_named

_EXAMPLE = """select borough_name, numerator, denominator, value, low_95, high_95
from fct_metric_values
join dim_borough on area_code = borough_code
where as_at_quarter = (select max(as_at_quarter) from fct_metric_values)
  and metric_id = 'M05' and population = 'DIGITAL'
  and slice_type = 'all' and period_type = 'three_academic_years'
order by borough_name"""
_KINDS = {Form.CSV: "text/csv; charset=utf-8", Form.PARQUET: "application/octet-stream"}
_NUMBERS = frozenset(
    {f"{sign}{size}" for sign in ("", "U") for size in ("TINYINT", "SMALLINT", "INTEGER", "BIGINT")}
    | {"HUGEINT", "UHUGEINT", "FLOAT", "DOUBLE", "DECIMAL"}
)
_WORDS = {
    Outcome.ANSWERED: ("Answered", "green"),
    Outcome.REFUSED: ("Refused", "red"),
    Outcome.MISTAKEN: ("Mistake in the query", "grey"),
    Outcome.TOO_LONG: ("Took too long", "grey"),
    Outcome.TOO_LARGE: ("Too large", "grey"),
    Outcome.TOO_MUCH_MEMORY: ("Too much memory", "grey"),
    Outcome.FAILED: ("Failed", "grey"),
}
_BACK = {"text": "Back to the data", "href": "/data"}


def _sql(call: Call) -> Response:
    """Show the page to type a query on, with the query of a link where it has one."""
    asked = call.request.query_params
    query, build = _EXAMPLE, ""
    if "table" in asked:
        query = f"select *\nfrom {asked['table'][:80]}\nlimit 20"
    if "query" in asked:
        mine = _own(call, asked["query"])
        query, build = mine[0].query, mine[0].build
    return _page(call, query, build)


def _run(call: Call) -> Response:
    """Ask, and show the answer or give it as a file."""
    query, build = call.text("sql").replace("\r\n", "\n"), call.text("build")
    try:
        form = Form(call.text("give") or Form.ROWS)
    except ValueError:
        raise NotFound from None
    try:
        answer = call.services.door.ask(query, build, form, person_id=call.actor, at=call.now)
    except NoWarehouse:
        return _page(call, query, build, "This snapshot is not kept any more. Choose another.")
    except Busy as busy:
        return _page(call, query, build, str(busy), status=429)
    if answer.outcome is not Outcome.ANSWERED:
        return _page(call, query, build, answer.sentence, answer=answer)
    if form is Form.ROWS:
        return _page(call, query, build, answer=answer)
    snapshot = next(one for one in shelf(call.services.home) if one.build == answer.build)
    name = download_name(snapshot, f"{answer.query_id}.{form}")
    return file_named(answer.content, name, _KINDS[form])


def _page(
    call: Call,
    query: str,
    build: str,
    sentence: str = "",
    *,
    answer: Answer | None = None,
    status: int = 422,
) -> Response:
    found: tuple[ShelfSnapshot, ...] = shelf(call.services.home)
    limits = call.services.door.limits
    is_number = [_is_number(one) for one in answer.columns] if answer else []
    return call.show(
        "sql.html.jinja",
        status=status if sentence else 200,
        query=query,
        build=build or next((one.build for one in found if one.is_current), ""),
        snapshots=found,
        limits=limits,
        answer=answer if answer and answer.outcome is Outcome.ANSWERED else None,
        is_number=is_number,
        sentence=sentence,
        has_errors=bool(sentence),
        back=_BACK,
    )


def _is_number(column: Column) -> bool:
    """Return whether a column holds numbers, and not lists of them."""
    return column.kind.partition("(")[0] in _NUMBERS and not column.kind.endswith("]")


def _queries(call: Call) -> Response:
    """List one's own last queries."""
    asked = QueryLog(call.services.home.register_url).of_person(call.actor)
    return call.show("queries.html.jinja", queries=asked, words=_words(asked), back=_BACK)


def _words(asked: list[Asked]) -> dict[str, tuple[str, str]]:
    return {one.outcome: _WORDS[Outcome(one.outcome)] for one in asked}


def _own(call: Call, query_id: str) -> list[Asked]:
    """Return the times somebody asked a question. Raises NotFound: they never did."""
    mine = QueryLog(call.services.home.register_url).of_person(call.actor, query_id=query_id)
    if not mine:
        raise NotFound
    return mine


def _query(call: Call) -> Response:
    """Show one of one's own queries, and run it again on the same snapshot where it is kept."""
    mine = _own(call, call.request.path_params["query"])
    kept = {one.build: one.sidecar.sha256 for one in shelf(call.services.home)}
    return call.show(
        "query.html.jinja",
        query=mine[0],
        times=mine,
        words=_words(mine),
        is_kept=kept.get(mine[0].build) == mine[0].snapshot_sha256,
        back={"text": "Back to your queries", "href": "/data/queries"},
    )


PAGES = (
    Page("/data/sql", Action.ANALYSE, _sql),
    Page("/data/sql", Action.ANALYSE, _run, is_form=True),
    Page("/data/queries", Action.ANALYSE, _queries),
    Page("/data/queries/{query}", Action.ANALYSE, _query),
)
