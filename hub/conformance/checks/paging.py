"""Small pages hold what one large page holds: each item once, and none left out."""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

import msgspec

from hub.conformance.between import between
from hub.conformance.check import Check, Judged, judged, untried
from hub.conformance.people import ids
from hub.conformance.run import Run, Whole
from hub.conformance.sides import Side
from hub.connectors.manifest import Manifest
from hub.connectors.mapping import mapping_document
from hub.domain.records import AnyRecord

_PER_PAGE, _MOST_PAGES = 2, 50
_COUNT = re.compile(r"(?<=[?&])_count=\d+")


async def _pages(run: Run) -> Judged:
    manifest = _paged(run.manifest)
    if manifest is None:
        return untried("", "The mapping declares no paging: every list is read from one reply.")
    whole, token = await run.whole(), manifest.authentication.token_path
    async with between(manifest.endpoint, manifest.limits.max_bytes, rewrite=_few, spared=token) as stand_in:
        async with run.side(msgspec.structs.replace(manifest, endpoint=stand_in.endpoint)) as side:
            faults = await _the_same(run, whole, side)
        asked = stand_in.now.calls
    if not faults and asked <= whole.search_calls + whole.read_calls:
        return untried("", "No test person has more than one page of anything, even at two to a page.")
    mend = f"Read {_PER_PAGE} at a time, pages must hold what one page holds: each item once, none left out."
    return judged(faults, mend, f"Read {_PER_PAGE} to a page, searches and records are the same as whole.")


async def _the_same(run: Run, whole: Whole, side: Side) -> list[str]:
    """Faults of a search and a record read in small pages, compared with the same in large ones."""
    faults = []
    probe = run.first_probe
    if probe is not None and whole.found is not None:
        small = await side.find(probe, run.seconds())
        if small.state is not None:
            faults.append(f"A search in small pages was not answered: it {small.said}.")
        elif ids(small.value) != ids(whole.found.value):
            faults.append("A search in small pages found other people than in one page.")
    fetched = None if whole.read is None else whole.read.value
    if fetched:
        read = await side.fetch(fetched.local_id, run.manifest.categories, run.seconds())
        if read.value is None:
            faults.append(f"A record in small pages was not read: it {read.said}.")
        elif differing := _differing(read.value.records, fetched.records):
            faults.append(f"A record in small pages has {differing} than the same in large ones.")
    return faults


def _paged(manifest: Manifest) -> Manifest | None:
    """The manifest with small pages; None where its mapping declares none."""
    limits = msgspec.structs.replace(manifest.limits, max_pages=_MOST_PAGES)
    if manifest.mapping is None:
        return msgspec.structs.replace(manifest, limits=limits)
    mapping = mapping_document(manifest.mapping, None) if isinstance(manifest.mapping, str) else manifest.mapping
    lists = [one for part in ("find", "requests") for one in mapping.get(part, ()) if "paging" in one]
    if not lists:
        return None
    small = {part: [_few_of(one) for one in mapping.get(part, ())] for part in ("find", "requests")}
    return msgspec.structs.replace(manifest, limits=limits, mapping={**mapping, **small})


def _few_of(call: dict[str, Any]) -> dict[str, Any]:
    return {**call, "paging": {**call["paging"], "per_page": _PER_PAGE}} if "paging" in call else call


def _few(path: str) -> str:
    """A FHIR search asks for small pages by itself."""
    return _COUNT.sub(f"_count={_PER_PAGE}", path)


def _differing(small: Iterable[AnyRecord], whole: Iterable[AnyRecord]) -> str:
    """How many records are missing or too many, in words; empty where they are the same."""
    one, other = (Counter(msgspec.json.encode(record) for record in records) for records in (small, whole))
    missing, more = sum((other - one).values()), sum((one - other).values())
    return f"{missing} fewer and {more} other records" if missing or more else ""


def _in_pages(run: Run) -> str | None:
    if not run.called:
        return "The system's own side reads the pages."
    return None if run.manifest.kind != "sql" else "A database gives its rows in one answer."


PAGING = Check(
    id="paging",
    group="Limits",
    title="Small pages hold what one large page holds",
    judge=_pages,
    required=False,
    needs=("lets-in", "records-read"),
    applies=_in_pages,
)
