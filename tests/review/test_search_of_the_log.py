"""Searching the log on both databases: by whoever is told of, by enquiry, agency and role, from some moment on."""

import asyncio
from datetime import timedelta

import pytest
from logged_year import A_CASE, BEGAN, child, filled, worker

from hub.audit.reader import AuditReader, EntryPage, EntryQuery
from hub.audit.subjects import hashes_of, subject_of
from hub.domain.people import Attributes, PersonReference
from hub.keys import FileKeys
from hub.schema.evidence import AuditEntryConnection
from hub.schema.paging import cursor_of
from tests.fixtures.unmeasured import unmeasured

CASES = 60


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> FileKeys:
    return FileKeys.create(tmp_path_factory.mktemp("searched") / "keys.json")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where the log is, on each engine."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path_factory.mktemp('searched')}/audit.db"
    return str(request.getfixturevalue("database_of_the_module"))


@pytest.fixture(scope="module")
def log(url: str, keys: FileKeys) -> AuditReader:
    """Fifty cases at once, and ten a quarter of an hour later. Only read here, so one for all tests."""
    with unmeasured():
        asyncio.run(written(url, keys))
    return AuditReader(url, keys)


async def written(url: str, keys: FileKeys) -> None:
    log, _ = await filled(url, keys, CASES)
    await log.close()


async def enquiries(log: AuditReader, query: EntryQuery) -> dict[str, int]:
    """The enquiries that are found, each with how many of its entries."""
    found: dict[str, int] = {}
    after = None
    while True:
        page = await log.entries(query, 70, after)
        for entry in page.entries:
            assert entry.enquiry_id
            found[entry.enquiry_id] = found.get(entry.enquiry_id, 0) + 1
        if not page.has_next:
            return found
        after = page.through


async def test_a_person_is_found_with_all_of_their_enquiry(log: AuditReader, keys: FileKeys) -> None:
    named = (subject_of(child(7), keys),)
    assert await enquiries(log, EntryQuery(people=named)) == {f"enquiry-{7:016}": A_CASE}
    nobody = PersonReference(family_name="Nobody", birth_date=child(7).birth_date)
    assert await enquiries(log, EntryQuery(people=(subject_of(nobody, keys),))) == {}
    told = hashes_of([Attributes(family_name=child(8).family_name, birth_date=child(8).birth_date)], keys)
    both = await enquiries(log, EntryQuery(people=(*named, *told)))
    assert set(both) == {f"enquiry-{7:016}", f"enquiry-{8:016}"}


async def test_what_only_the_content_tells_is_found_page_by_page(log: AuditReader) -> None:
    everything = await enquiries(log, EntryQuery())
    assert await enquiries(log, EntryQuery(agency="social-care", role="mash_social_worker")) == everything
    assert await enquiries(log, EntryQuery(agency="health")) == {}
    assert await enquiries(log, EntryQuery(role="auditor")) == {}
    one = EntryQuery(agency="social-care", principal=worker(3).id, enquiry=f"enquiry-{43:016}")
    assert await enquiries(log, one) == {f"enquiry-{43:016}": A_CASE}


@pytest.mark.parametrize("newest_first", [False, True])
async def test_a_search_for_what_is_rare_reads_no_more_than_so_much_at_once_and_goes_on_from_there(
    url: str, keys: FileKeys, log: AuditReader, *, newest_first: bool
) -> None:
    bounded = AuditReader(url, keys, most_read=50)

    async def pages(query: EntryQuery) -> list[list[int]]:
        found, after, more = list[list[int]](), None, True
        while more:
            page = await bounded.entries(query, 30, after, newest_first=newest_first)
            assert page.through != after or not page.has_next
            found, after, more = [*found, [one.index for one in page.entries]], page.through, page.has_next
        return found

    whole = [one.index for one in (await log.entries(EntryQuery(), 500)).entries]
    assert await pages(EntryQuery(agency="health")) == [[]] * -(-len(whole) // 50)
    everything = [index for page in await pages(EntryQuery(agency="social-care")) for index in page]
    assert everything == (whole[::-1] if newest_first else whole)


def test_a_page_on_which_nothing_fits_leads_on_by_its_cursor() -> None:
    led_on = AuditEntryConnection.of(EntryPage((), has_next=True, through=7), None).page_info
    assert (led_on.has_next_page, led_on.end_cursor) == (True, cursor_of(7))
    ended = AuditEntryConnection.of(EntryPage((), has_next=False, through=7), None).page_info
    assert (ended.has_next_page, ended.end_cursor) == (False, None)


async def test_a_period_begins_where_it_begins(log: AuditReader) -> None:
    later = await enquiries(log, EntryQuery(since=BEGAN + timedelta(minutes=1)))
    assert set(later) == {f"enquiry-{number:016}" for number in range(50, CASES)}
    assert await enquiries(log, EntryQuery(since=BEGAN + timedelta(days=1))) == {}
    assert len(await enquiries(log, EntryQuery(since=BEGAN - timedelta(days=1)))) == CASES
