"""People and their roles: known by issuer and subject, and nameless in the chain of events."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.exc import IntegrityError

from ingest.people import Grant, Identity, NotAllowed, People, Person, Role
from ingest.register import BrokenChain, Register
from tests.databases import Database
from tests.unit.ingest.test_register import CAMDEN, HACKNEY, NOON, edit

ADA = Identity("https://login.example/tenant-1", "subject-1")
UPLOAD, SIGN = Grant(Role.UPLOAD, HACKNEY), Grant(Role.SIGN, HACKNEY)
ADMINISTER = Grant(Role.ADMINISTER)


@pytest.fixture
def people(url: str) -> People:
    return People(url)


def sign_in(people: People, identity: Identity = ADA, name: str = "Ada Lovelace") -> Person:
    email = f"{name.split()[0].lower()}@council.example"
    return people.signed_in(identity, name=name, email=email, at=NOON)


def give(people: People, person: Person, *grants: Grant) -> Person:
    for grant in grants:
        person = people.give(person.person_id, grant, actor="cli", at=NOON)
    return person


def take(people: People, person: Person, grant: Grant) -> Person:
    return people.take(person.person_id, grant, actor="cli", at=NOON)


def test_somebody_is_known_from_the_first_sign_in_and_may_do_nothing(people: People) -> None:
    ada = sign_in(people)
    assert (ada.identity, ada.name, ada.email) == (ADA, "Ada Lovelace", "ada@council.example")
    assert ada.grants == frozenset()
    assert people.person(ada.person_id) == ada
    assert people.everyone() == (ada,)
    assert "subject" not in ada.person_id


def test_name_and_e_mail_stay_current_and_the_person_the_same(people: People, url: str) -> None:
    ada = give(people, sign_in(people), UPLOAD)
    married = sign_in(people, name="Augusta King")
    assert married.person_id == ada.person_id
    assert (married.name, married.email) == ("Augusta King", "augusta@council.example")
    assert married.grants == {UPLOAD}
    assert Register(url).verify_chain() == 2


def test_the_same_subject_or_address_elsewhere_is_somebody_else(people: People) -> None:
    other = Identity("https://login.example/tenant-2", ADA.subject)
    assert sign_in(people).person_id != sign_in(people, other).person_id
    assert len(people.everyone()) == 2


def test_an_identity_needs_both_parts(people: People) -> None:
    for half in (Identity("", "subject-1"), Identity(ADA.issuer, "")):
        with pytest.raises(ValueError, match="an issuer and a subject"):
            sign_in(people, half)


def test_one_person_holds_roles_of_several_boroughs(people: People, url: str) -> None:
    ada = give(people, sign_in(people), UPLOAD, Grant(Role.UPLOAD, CAMDEN), Grant(Role.ANALYSE))
    assert ada.grants == {UPLOAD, Grant(Role.UPLOAD, CAMDEN), Grant(Role.ANALYSE)}
    assert take(people, ada, UPLOAD).grants == {Grant(Role.UPLOAD, CAMDEN), Grant(Role.ANALYSE)}
    assert Register(url).verify_chain() == 5


def test_a_role_that_is_held_already_is_no_event(people: People, url: str) -> None:
    ada = give(people, sign_in(people), UPLOAD)
    assert give(people, ada, UPLOAD) == ada
    assert Register(url).last_event() == 2


@pytest.mark.parametrize(
    ("grant", "sentence"),
    [
        (Grant(Role.UPLOAD), "The role upload is for a borough: say which."),
        (Grant(Role.SIGN, "E09000099"), "There is no borough E09000099."),
        (Grant(Role.PUBLISH, HACKNEY), "The role publish is for the whole region: give no"),
        (Grant(Role.ADMINISTER, HACKNEY), "The role administer is for the whole region"),
    ],
)
def test_role_and_borough_must_go_together(
    grant: Grant, sentence: str, people: People, url: str
) -> None:
    ada = sign_in(people)
    with pytest.raises(NotAllowed, match=sentence):
        give(people, ada, grant)
    assert Register(url).last_event() == 1


def test_nobody_gets_a_role_before_they_have_signed_in(people: People) -> None:
    for step in (people.give, people.take):
        with pytest.raises(NotAllowed, match=r"There is no person p-1\. Somebody is known once"):
            step("p-1", UPLOAD, actor="cli", at=NOON)
    with pytest.raises(KeyError):
        people.person("p-1")


def test_a_role_that_is_not_held_cannot_be_taken(people: People) -> None:
    ada = give(people, sign_in(people), UPLOAD)
    with pytest.raises(NotAllowed, match=f"does not hold the role sign for {HACKNEY}"):
        take(people, ada, SIGN)


def test_the_last_administrator_stays(people: People, url: str) -> None:
    ada = give(people, sign_in(people), ADMINISTER)
    with pytest.raises(NotAllowed, match="This is the last administrator"):
        take(people, ada, ADMINISTER)
    bob = give(people, sign_in(people, Identity(ADA.issuer, "2"), "Bob Roe"), ADMINISTER)
    assert take(people, ada, ADMINISTER).grants == frozenset()
    with pytest.raises(NotAllowed, match="This is the last administrator"):
        take(people, bob, ADMINISTER)
    assert Register(url).verify_chain() == 5


def test_two_administrators_cannot_take_each_other_away_at_once(people: People) -> None:
    both = [sign_in(people, Identity(ADA.issuer, str(one)), f"A {one}") for one in range(2)]
    for one in both:
        give(people, one, ADMINISTER)

    def is_taken(person: Person) -> bool:
        try:
            take(people, person, ADMINISTER)
        except NotAllowed:
            return False
        return True

    with ThreadPoolExecutor(2) as hands:
        assert sorted(hands.map(is_taken, both)) == [False, True]


def test_people_who_sign_in_at_the_same_moment_are_one_person(people: People, url: str) -> None:
    with ThreadPoolExecutor(6) as windows:
        waiting = [windows.submit(sign_in, people) for _ in range(6)]
        found = [one.result().person_id for one in waiting]
    assert len(set(found)) == 1
    assert Register(url).verify_chain() == 1


def test_events_hold_no_name_no_address_and_no_identity(people: People, database: Database) -> None:
    ada = give(people, sign_in(people), UPLOAD, ADMINISTER)
    sign_in(people, name="Augusta King")
    take(people, ada, UPLOAD)
    # Without the hashes: three of their letters may be a name.
    said = "number, at, actor, action, submission_id, details"
    rows = database.rows(f"select {said} from events order by number")
    kept = [json.loads(one) for (one,) in database.rows("select details from events")]
    text = str(rows).casefold()
    for word in (
        "ada",
        "lovelace",
        "augusta",
        "king",
        "@",
        "council.example",
        ADA.subject,
        "login",
    ):
        assert word not in text.replace(ada.person_id, "")
    who = {"person_id": ada.person_id}
    upload = who | {"role": "upload", "borough_code": HACKNEY}
    administer = who | {"role": "administer", "borough_code": ""}
    assert kept == [who, upload, administer, upload]


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("update grants set borough_code = 'E09000007'", "the roles of people are not what"),
        ("update grants set role = 'sign'", "the roles of people are not what"),
        ("delete from grants", "the roles of people are not what"),
        ("insert into grants select person_id, 'administer', '' from people", "the roles of"),
        ("insert into people values ('p-2', 'i', 's', 'n', 'e')", "the people are not what"),
        ("delete from people", "the people are not what the events say"),
    ],
)
def test_a_role_that_no_event_explains_is_found(
    statement: str, problem: str, people: People, database: Database
) -> None:
    give(people, sign_in(people), UPLOAD)
    register = Register(database.url)
    assert register.verify_chain() == 2
    try:
        edit(database, statement)
    except IntegrityError:  # who holds a role is not deleted where the database sees to that
        assert not database.is_sqlite and statement == "delete from people"
        return
    with pytest.raises(BrokenChain, match=problem):
        register.verify_chain()


def test_a_name_can_be_erased_and_the_chain_stays_whole(people: People, database: Database) -> None:
    give(people, sign_in(people), UPLOAD)
    edit(database, "update people set name = '', email = ''")
    assert Register(database.url).verify_chain() == 2
