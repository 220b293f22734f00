"""The checker: the text of one manifest in, every mistake that can be found in it out, in one run."""

import datetime as dt
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path as File

import msgspec

from hub.connectors.manifest import Manifest
from hub.connectors.manifests import addresses, invented, reaching, searching, serving, signing_in
from hub.connectors.manifests.blanks import blanks
from hub.connectors.manifests.documents import Document, read_text
from hub.connectors.manifests.draft import Draft
from hub.connectors.manifests.mappings import mapping
from hub.connectors.manifests.mistakes import Mistake
from hub.connectors.manifests.shape import MOST, shape_of
from hub.connectors.manifests.supposing import supposed, told_as_written

Rule = Callable[[Draft], Iterator[Mistake]]
RULES: tuple[Rule, ...] = (
    reaching.sentences,
    reaching.owner,
    reaching.contacts,
    reaching.covers,
    addresses.endpoint,
    addresses.reach,
    addresses.events,
    signing_in.secret_names,
    signing_in.authentication,
    searching.search,
    searching.fhir_search,
    searching.network_search,
    serving.categories,
    serving.adults_only,
    serving.deciding,
    serving.state,
    invented.invented_people,
    mapping,
)


class Checked(msgspec.Struct, frozen=True):
    """What came of a check. ``manifest`` is there exactly when there is no mistake; warnings hinder nothing."""

    mistakes: tuple[Mistake, ...]
    warnings: tuple[Mistake, ...]
    manifest: Manifest | None


def check_manifest(
    text: str, *, beside: File | None = None, for_registration: bool = False, today: dt.date | None = None
) -> Checked:
    """Check a manifest in TOML or JSON. Never raises.

    ``beside`` is the folder in which its mapping file stands; without it the manifest must be whole in itself.
    ``for_registration`` makes mistakes of what an approved source may not be without.
    """
    document = read_text(text)
    if document.values is None:
        return Checked(document.mistakes, (), None)
    blank = list(blanks(document.values))
    read = supposed(document.values, shape_of(Manifest))
    if read.overflowing:
        return _sorted_out(document, [*blank, *read.wrong])
    draft = Draft(
        values=read.values,
        misfits=read.misfits.union(one.path for one in blank),
        today=today or dt.datetime.now(dt.UTC).date(),
        beside=beside,
        registering=for_registration,
    )
    unfilled = {one.path for one in blank}
    found = [one for one in told_as_written((*read.wrong, *_ruled(draft)), read.renamed) if one.path not in unfilled]
    return _sorted_out(document, [*blank, *(one for one in found if not document.lost_sight_of(one))])


def _ruled(draft: Draft) -> Iterator[Mistake]:
    """What the rules say of everything that could be read."""
    for rule in RULES:
        yield from itertools.islice(rule(draft), MOST)


def _sorted_out(document: Document, found: list[Mistake]) -> Checked:
    once = {(one.file, one.path, one.rule): one for one in reversed(found)}  # the first that a rule says of a place
    told = document.placed((*document.mistakes, *once.values()))
    mistakes = tuple(one for one in told if not one.warning)
    warnings = tuple(one for one in told if one.warning)
    return Checked(mistakes, warnings, None if mistakes else msgspec.convert(document.values, Manifest))
