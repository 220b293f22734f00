"""Whether a mapping keeps what its manifest promises: every search, every category, every label."""

from collections.abc import Iterator, Mapping
from typing import Any

from hub.connectors.manifests.draft import Draft, advice, mistake
from hub.connectors.manifests.mistakes import Mistake
from hub.connectors.mapping.mapping import RecordMapping
from hub.domain.codes import Label

_FINDS = {"search": "find", "network_search": "find_adults"}


def promises(draft: Draft, mapping: RecordMapping, values: Mapping[str, Any]) -> Iterator[Mistake]:
    """``values`` is the mapping as it is written, of a shape that fits."""
    for field, section in _FINDS.items():
        found = {frozenset(one["keys"]) for one in values.get(section, ())}
        for path, keys in draft.lists(field):
            if keys and frozenset(keys) not in found:
                says = f"the mapping has no [[{section}]] for {', '.join(keys)}"
                yield mistake("search-key", path, says, f"Add a [[{section}]] with these keys, or take the set out.")
    made = {category.value for category in mapping.categories}
    listed = {word: path for path, word in draft.words("categories")}
    for word, path in listed.items():
        if word not in made:
            says = f"the mapping makes no record of {word}, so that nothing known would look like nothing there"
            yield mistake("category", path, says, "Add [[records]] for it, or take it out.")
    if unused := sorted(made - listed.keys()):
        says = f"the mapping makes records of {', '.join(unused)} that nobody is ever shown"
        yield advice("not-used", ("categories",), says, "Add them here if they may be asked for.")
    marked = _marked(mapping, values)
    for path, word in draft.words("marks_labels"):
        if word not in marked:
            says = f"the mapping never marks {word}"
            yield advice("label", path, says, "Add [[labels]] for it, or take it out.")


def _marked(mapping: RecordMapping, values: Mapping[str, Any]) -> frozenset[str]:
    """Every label that a reply can come to bear."""
    markings = [plan.marking for one in mapping.readers for plan in one.plans]
    markings += [trait.marking for one in mapping.readers for trait in one.traits]
    labels: set[Label] = {mark.label for one in mapping.readers for mark in one.marks}
    for marking in markings:
        labels |= marking.always | {label for label, _ in marking.sometimes}
    searched = [label for one in values.get("find", ()) for label in one.get("labels", ())]
    return frozenset(labels) | {label if isinstance(label, str) else label["label"] for label in searched}
