"""Parts of a condition as Python source, and how they are put together: NULL in, NULL out.

The source is made of nothing but what stands here and in ``translating.py``: names of our own making,
fields of ``Description``, operators, and whole numbers; ``scoring.py`` adds weights, each a finite
number. Every other value of a model is bound to a name and never written into source, so that no model
can say more than its conditions mean.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from hub.identity.matching.columns import Column, Kind


class ConditionError(ValueError):
    """What is wrong with a condition, in a few words."""


class Part(NamedTuple):
    """One expression: what must not be None for it to be anything but NULL, and what it then comes to."""

    kind: Kind
    outcome: str
    checks: tuple[str, ...] = ()
    nullable: bool = False  # whether the outcome may be None all the same
    holds: str = ""  # true exactly where the expression is true, if there is a shorter way to say so
    columns: frozenset[Column] = frozenset()  # what it looks at
    literal: Any = None

    @property
    def text(self) -> str:
        """The expression, None for NULL."""
        if not self.checks:
            return self.outcome
        return f"(None if {' or '.join(f'{check} is None' for check in self.checks)} else {self.outcome})"

    @property
    def truth(self) -> str:
        """What to write where NULL counts as not true."""
        if self.holds or not self.checks:
            return self.holds or self.outcome
        return f"({' and '.join(f'{check} is not None' for check in self.checks)} and {self.outcome})"


class Names:
    """Hands out names: for values bound to the source, and for what it works out on its way."""

    def __init__(self) -> None:
        self.bound: dict[str, Any] = {}
        self._made, self._remembered = 0, dict[str, str]()

    def bind(self, value: Any) -> str:
        """A name for a value."""
        known = next((name for name, one in self.bound.items() if one is value), None)
        if known:
            return known
        name = f"value{len(self.bound)}"
        self.bound[name] = value
        return name

    def fresh(self) -> str:
        """A name for what is worked out."""
        self._made += 1
        return f"found{self._made}"

    @property
    def remembered(self) -> tuple[str, ...]:
        """Names that must be None before any condition is tried; see ``once``."""
        return tuple(self._remembered.values())

    def once(self, text: str) -> str:
        """The expression, worked out for a pair where it is first needed and remembered from then on."""
        if text not in self._remembered:
            self._remembered[text] = self.fresh()
        name = self._remembered[text]
        return f"({name} if {name} is not None else ({name} := {text}))"


def needs(part: Part, kind: Kind, what: str) -> Part:
    """The part, where it is of this kind or NULL. Raises ConditionError."""
    if part.kind not in {kind, Kind.NULL}:
        raise ConditionError(f"{what} needs a {kind}, not a {part.kind}")
    return part


def local(side: str, field: str) -> str:
    """The name under which the source knows a field of one side."""
    return f"{side}_{field}"


def column(side: str, one: Column, names: Names, *, present: bool = False) -> Part:
    """A column of one side, as it is or as what is made of it. ``present``: it is known not to be NULL."""
    name, looked_at = local(side, one.field), frozenset((one,))
    if one.derived is None:
        return Part(one.kind, name, () if present else (name,), columns=looked_at)
    made = names.once(f"{names.bind(one.derived)}({name})")
    return Part(one.kind, made, nullable=True, columns=looked_at)


def constant(kind: Kind, value: Any, names: Names) -> Part:
    """A literal."""
    return Part(kind, names.bind(value), nullable=value is None, literal=value)


def strict(kind: Kind, write: Callable[..., str], parts: Sequence[Part], names: Names) -> Part:
    """What ``write`` makes of the values of these parts, or NULL where one of them is."""
    given, checks = [], dict[str, None]()
    for part in parts:
        checks.update(dict.fromkeys(part.checks))
        name = part.outcome
        if part.nullable:
            name = names.fresh()
            checks[f"({name} := {part.outcome})"] = None
        given.append(name)
    return Part(kind, write(*given), tuple(checks), columns=_together(parts))


def both(first: Part, second: Part, names: Names) -> Part:
    """AND of three values."""
    one, other = names.fresh(), names.fresh()
    text = (
        f"(False if ({one} := {first.text}) is False or ({other} := {second.text}) is False "
        f"else None if {one} is None or {other} is None else True)"
    )
    holds = f"({first.truth} and {second.truth})"
    return Part(Kind.TRUTH, text, nullable=True, holds=holds, columns=_together((first, second)))


def either(first: Part, second: Part, names: Names) -> Part:
    """OR of three values."""
    one, other = names.fresh(), names.fresh()
    text = (
        f"(True if ({one} := {first.text}) or ({other} := {second.text}) "
        f"else None if {one} is None or {other} is None else False)"
    )
    holds = f"({first.truth} or {second.truth})"
    return Part(Kind.TRUTH, text, nullable=True, holds=holds, columns=_together((first, second)))


def neither(inner: Part, names: Names) -> Part:
    """NOT of three values."""
    return strict(Kind.TRUTH, "(not {})".format, [inner], names)


def missing(inner: Part) -> Part:
    """Whether a value is NULL; never NULL itself."""
    absent = [f"{check} is None" for check in inner.checks]
    if inner.nullable or not absent:
        absent.append(f"{inner.outcome} is None")
    return Part(Kind.TRUTH, f"({' or '.join(absent)})", columns=inner.columns)


def intersection(first: Part, second: Part, names: Names) -> Part:
    """What two lists have in common. DuckDB takes NULL for an empty list in second place, not in first."""
    empty = names.bind(frozenset())
    common = strict(Kind.LIST, lambda ours: f"({ours} & ({second.text} or {empty}))", [first], names)
    return common._replace(columns=_together((first, second)))


def first_of(parts: Sequence[Part], names: Names) -> Part:
    """COALESCE."""
    text = parts[-1].text
    for part in reversed(parts[:-1]):
        name = names.fresh()
        text = f"({name} if ({name} := {part.text}) is not None else {text})"
    return Part(one_kind(parts, "COALESCE"), text, nullable=True, columns=_together(parts))


def chosen(branches: Sequence[tuple[Part, Part]], otherwise: Part) -> Part:
    """CASE WHEN ... THEN ... ELSE ... END."""
    text = otherwise.text
    for when, then in reversed(branches):
        text = f"({then.text} if {when.truth} else {text})"
    outcomes = [*(then for _, then in branches), otherwise]
    return Part(
        one_kind(outcomes, "CASE"), text, nullable=True, columns=_together([*(when for when, _ in branches), *outcomes])
    )


def one_kind(parts: Sequence[Part], what: str) -> Kind:
    """The kind that all parts have which are not NULL. Raises ConditionError."""
    kinds = {part.kind for part in parts} - {Kind.NULL}
    if len(kinds) > 1:
        raise ConditionError(f"{what} mixes {' and '.join(sorted(kinds))}")
    return next(iter(kinds), Kind.NULL)


def _together(parts: Sequence[Part]) -> frozenset[Column]:
    return frozenset().union(*(part.columns for part in parts))
