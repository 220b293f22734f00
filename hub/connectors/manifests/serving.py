"""Rules about what a source serves: categories, labels, and on what a person decides."""

from collections.abc import Iterator

from hub.connectors.manifests.draft import Draft, advice, mistake
from hub.connectors.manifests.mistakes import Mistake
from hub.connectors.manifests.scalars import some
from hub.domain.categories import Category
from hub.domain.codes import Agency

_CATEGORIES = {category.value: category for category in Category}


def categories(draft: Draft) -> Iterator[Mistake]:
    """Every category is one that records of this agency can have."""
    agency = draft.text("agency")
    if draft.value("categories") == []:
        yield mistake("empty", ("categories",), "a source that serves nothing cannot be asked", "Name what it serves.")
    for path, word in draft.words("categories"):
        category = _CATEGORIES[word]
        if not category.kinds:
            says = f"{word} is a part of other records and not a kind of record"
            yield mistake("category", path, says, "Take it out: it goes where its records go.")
        elif agency is not None and category.agency not in {None, agency}:
            says = f"{word} is a category of {category.agency}'s records, and this source is {agency}'s"
            yield mistake("category", path, says, f"Take it out. Of {agency}: {_of(Agency(agency))}.")


def adults_only(draft: Draft) -> Iterator[Mistake]:
    """What is held about adults alone is a part of what is served."""
    served = {word for _, word in draft.words("categories")}
    for path, word in draft.words("adults_only"):
        if word not in served:
            yield mistake("category", path, f"{word} is not in categories", "Add it there, or take it out here.")


def deciding(draft: Draft) -> Iterator[Mistake]:
    """Somebody decides on something."""
    if draft.value("deciding", "purposes") == []:
        says = "this names no purpose"
        yield mistake("empty", ("deciding", "purposes"), says, "Name at least one, or take [deciding] out.")
    if draft.blank("deciding", "who"):
        says = "nobody is named who decides"
        yield mistake("empty", ("deciding", "who"), says, 'Write whom an enquirer waits for: "the duty nurse".')


def state(draft: Draft) -> Iterator[Mistake]:
    """The life of a registered source is the register's to say."""
    if draft.registering and draft.text("state") == "SUSPENDED":
        says = "a registered source is suspended in the hub and not in its manifest"
        yield advice("not-used", ("state",), says, "Take it out.")


def _of(agency: Agency) -> str:
    return some(category.value for category in Category if category.agency is agency and category.kinds)
