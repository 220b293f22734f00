"""What agreements give, again in plain Python over the bare documents, knowing nothing of hub.policy."""

from datetime import date
from typing import Any, NamedTuple

from hub.domain.categories import Category

Document = dict[str, Any]


class Asked(NamedTuple):
    """Somebody who asks, for what, on which day."""

    purpose: str
    role: str
    agency: str
    organisation: str | None
    day: str


def given(documents: list[Document], asked: Asked, category: Category) -> bool:
    """Whether the source's owner gives this category. A deny of any document in use wins over everything."""
    using = in_use(documents, asked.day)
    if any(denies(document, clause, asked, category) for document in using for clause in exceptions(document, "DENY")):
        return False
    document = deciding(using, asked)
    if document is None or not lasts(document, document, asked.day):
        return False
    return any(
        speaks(document, clause, asked) and covers(clause, category) and lasts(document, clause, asked.day)
        for clause in allowing(document)
    )


def deciding(using: list[Document], asked: Asked) -> Document | None:
    """The one document that gives: it fits best; of equals the highest version, then the first by name."""
    ordered = sorted(using, key=lambda one: (-fit(one, asked), -one["version"], one["id"]))
    return ordered[0] if ordered else None


def in_use(documents: list[Document], day: str) -> list[Document]:
    """The newest version of each that has begun, else the oldest that will."""
    found = []
    for name in {one["id"] for one in documents}:
        versions = sorted((one for one in documents if one["id"] == name), key=lambda one: one["version"])
        begun = [one for one in versions if one["valid_from"] <= day]
        found.append(begun[-1] if begun else versions[0])
    return found


def fit(document: Document, asked: Asked) -> int:
    """How much of what it takes it has: in force, the purpose, the recipient."""
    clauses = allowing(document)
    named = [one for one in clauses if about(document, one, asked.purpose)]
    meant = [one for one in (named or clauses) if means(document, one, asked)]
    lasting = any(lasts(document, one, asked.day) for one in meant) or not meant
    return (lasts(document, document, asked.day) and lasting) + bool(named) + bool(meant)


def allowing(document: Document) -> list[Document]:
    rules = document.get("rules") or [
        {key: document[key] for key in ("mode", "recipients", "tiers", "categories", "excluding") if key in document}
    ]
    return rules + exceptions(document, "ALLOW")


def exceptions(document: Document, effect: str) -> list[Document]:
    return [one for one in document.get("exceptions", []) if one["effect"] == effect]


def speaks(document: Document, clause: Document, asked: Asked) -> bool:
    return about(document, clause, asked.purpose) and means(document, clause, asked)


def about(document: Document, clause: Document, purpose: str) -> bool:
    return purpose in document["purposes"] and purpose in (clause.get("purposes") or document["purposes"])


def means(document: Document, clause: Document, asked: Asked) -> bool:
    named = clause.get("recipients")
    if named is None:
        return True
    organisations = named.get("organisations")
    return (
        (not named.get("roles") or asked.role in named["roles"])
        and (not named.get("agencies") or asked.agency in named["agencies"])
        and (not organisations or asked.organisation in organisations)
    )


def denies(document: Document, clause: Document, asked: Asked, category: Category) -> bool:
    """A deny that names an organisation also meets whoever may be of it: their agency is its, and nobody says whose."""
    suspects = [asked]
    if asked.organisation is None:
        parties = [one for one in document.get("parties", []) if one["agency"] == asked.agency]
        suspects += [asked._replace(organisation=one["organisation"]) for one in parties]
    everything = not clause.get("tiers") and not clause.get("categories")
    return (
        any(speaks(document, clause, one) for one in suspects)
        and lasts(document, clause, asked.day)
        and (everything or covers(clause, category))
    )


def covers(clause: Document, category: Category) -> bool:
    if clause.get("mode") == "existence":
        return category is Category.EXISTENCE
    listed = category.tier in clause.get("tiers", ()) or category in clause.get("categories", ())
    return listed and category not in clause.get("excluding", ())


def lasts(document: Document, clause: Document, day: str) -> bool:
    first, last = (
        clause.get("valid_from") or document["valid_from"],
        clause.get("valid_until") or document["valid_until"],
    )
    return date.fromisoformat(first) <= date.fromisoformat(day) <= date.fromisoformat(last)
