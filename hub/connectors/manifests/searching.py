"""Rules about how a source can be searched."""

from collections.abc import Collection, Iterator

from hub.connectors.manifests.draft import Draft, advice, mistake
from hub.connectors.manifests.mistakes import Mistake, Path
from hub.domain.codes import Label
from hub.domain.searching import PLACE_KEYS, SearchKey

_NUMBERS = frozenset({SearchKey.NHS_NUMBER, SearchKey.UPN})
_RANGE = frozenset({SearchKey.BORN_FROM, SearchKey.BORN_TO})
_NAMES = frozenset(key for key in SearchKey if "name" in key)
_ADULTS = frozenset({SearchKey.GIVEN_NAME, SearchKey.FAMILY_NAME, SearchKey.BIRTH_DATE})
# What each manner of searching a FHIR server cannot say.
_UNSAYABLE = {
    "fhir": frozenset({SearchKey.UPN}),
    "pds": frozenset({SearchKey.UPN}),
    "match": frozenset(key for key in SearchKey if key.endswith("_starts")) | _RANGE | {SearchKey.UPN},
}


def search(draft: Draft) -> Iterator[Mistake]:
    """There is a way to search, and every set of keys is one that a search can use."""
    if draft.value("search") == []:
        says = "a source that cannot be searched cannot be asked"
        yield mistake("empty", ("search",), says, 'Name at least one set of keys: [["nhs_number"]].')
    yield from _sets(draft, "search")
    for path, keys in draft.lists("search"):
        yield from _usable(path, keys, frozenset(label for _, label in draft.words("marks_labels")))


def fhir_search(draft: Draft) -> Iterator[Mistake]:
    """A FHIR server is searched by what FHIR can say; nothing else has a manner of being searched."""
    if draft.text("kind") != "fhir_r4":
        if draft.has("search_style"):
            says = "search_style is of a fhir_r4 server and is not used"
            yield advice("not-used", ("search_style",), says, "Take it out.")
        return
    style = draft.text("search_style") or "fhir"
    for path, word in ((path, word) for one, _ in draft.lists("search") for path, word in draft.words(*one)):
        if word in _UNSAYABLE.get(style, frozenset()):
            says = f"a FHIR server cannot be searched by {word} in the manner {style}"
            yield mistake("search-key", path, says, "Take this set of keys out.")


def network_search(draft: Draft) -> Iterator[Mistake]:
    """Adults around a child are searched for by name and birth date, at a REST system, and by nothing else."""
    kind = draft.text("kind")
    if draft.value("network_search") and kind in {"sql", "fhir_r4"}:
        says = f"a source of kind {kind} cannot be searched for adults around a child"
        yield mistake("network-search", ("network_search",), says, "Take it out.")
    yield from _sets(draft, "network_search")
    for one, _ in draft.lists("network_search"):
        for path, word in draft.words(*one):
            if word not in _ADULTS:
                says = f"adults around a child are not searched for by {word}"
                yield mistake("network-search", path, says, f"Use {', '.join(sorted(_ADULTS))} alone.")


def _sets(draft: Draft, field: str) -> Iterator[Mistake]:
    seen: dict[frozenset[str], Path] = {}
    for path, keys in draft.lists(field):
        if draft.value(*path) == []:
            yield mistake("empty", path, "this set of keys is empty", "Name its keys, or take it out.")
        if len(set(keys)) != len(keys):
            yield mistake("twice", path, "a key stands in this set twice", "Keep one of them.")
        if keys and frozenset(keys) in seen:
            yield mistake("twice", path, "this set of keys stands here twice", "Keep one of them.")
        seen.setdefault(frozenset(keys), path)


def _usable(path: Path, keys: Collection[str], labels: Collection[str]) -> Iterator[Mistake]:
    asked = frozenset(keys)
    if len(asked & _RANGE) == 1:
        says = "born_from and born_to go together, and one of them is missing"
        yield mistake("search-key", path, says, f"Add {min(_RANGE - asked)}.")
    elif asked and asked <= PLACE_KEYS:
        says = "nobody is searched for by a place alone"
        yield mistake("search-key", path, says, "Add a name and a birth date.")
    elif asked and not asked & _NUMBERS and not (asked & _NAMES and asked & (_RANGE | {SearchKey.BIRTH_DATE})):
        says = "no step of a search uses this set of keys"
        yield advice("not-used", path, says, "Use a number, or a name with a birth date.")
    elif asked & PLACE_KEYS and Label.LOCATION_AT_RISK not in labels:
        says = "a search by place is made only of a source that marks LOCATION_AT_RISK"
        yield advice("not-used", path, says, "Add LOCATION_AT_RISK to marks_labels if your system marks it.")
