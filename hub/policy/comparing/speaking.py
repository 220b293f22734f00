"""Where a change of policies can matter at all: the cells of which a changed policy speaks, before or after."""

from collections.abc import Iterable, Sequence
from functools import cache

from hub.domain.categories import Category
from hub.domain.codes import Agency, PurposeCode, Role, SubjectKind
from hub.policy.comparing.grid import Alike, Asked, decides_disclosure, held_at, verdicts_of
from hub.policy.engine import NO_POLICY_PERMITS, Engine
from hub.policy.policies import Policies

_NOBODYS = frozenset({(NO_POLICY_PERMITS, "")})


class Speaking:
    """The changed policies of two sets, each asked by itself.

    A verdict follows from which policies speak. So where every changed policy speaks before as it does after, the
    verdict is the same. What the changed policies do not look at is asked about once.
    """

    def __init__(self, old: Policies, new: Policies, changed: Iterable[str], alike: Alike) -> None:
        self._alike = alike
        told = [(one, name, one.engine.meanings.get(name, "")) for name in changed for one in (old, new)]
        kept = [(one, name, meaning) for one, name, meaning in told if decides_disclosure(meaning)]
        self._sets = [[one.engine.only([name]) for whose, name, _ in kept if whose is one] for one in (old, new)]
        text = " ".join(meaning for _, _, meaning in kept)
        self._reads_who = '"Var":"principal"' in text or '"principal":{"op":"All"}' not in text
        self._reads_what = '"Var":"resource"' in text or any('"resource":{"op":"All"}' not in one for *_, one in kept)
        self._reads = {name: f'"attr":"{name}"' in text for name in ("purpose", "sourceAgency", "subjectKind")}
        self._asked = cache(self._ask)

    def may_differ(self, asked: Asked) -> bool:
        """Whether any category of a source of this agency could be decided otherwise."""
        read = self._as_read(self._alike.of(asked))
        return bool(self._asked(read, held_at(asked.source) if self._reads_what else ()))

    def _as_read(self, asked: Asked) -> Asked:
        """The question with one value in place of everything that no changed policy reads."""
        return Asked(
            role=asked.role if self._reads_who else next(iter(Role)),
            agency=asked.agency if self._reads_who else next(iter(Agency)),
            purpose=asked.purpose if self._reads["purpose"] else next(iter(PurposeCode)),
            source=asked.source if self._reads["sourceAgency"] else next(iter(Agency)),
            about=asked.about if self._reads["subjectKind"] else next(iter(SubjectKind)),
            under=asked.under,
        )

    def _ask(self, asked: Asked, categories: Sequence[Category]) -> bool:
        among = tuple(dict.fromkeys(self._alike.category(one) for one in categories)) or (Category.EXISTENCE,)
        before, after = (_told(engines, asked, among) for engines in self._sets)
        return before != after


def _told(engines: list[Engine], asked: Asked, among: Sequence[Category]) -> list[frozenset[tuple[str, str]]]:
    """For each category, which of these policies speak, and to what effect."""
    spoken: list[set[tuple[str, str]]] = [set() for _ in among]
    for engine in engines:
        for heard, verdict in zip(spoken, verdicts_of(engine, asked, among), strict=True):
            heard |= {(name, engine.notes[name].effect if name in engine.notes else "") for name in verdict.policies}
    return [frozenset(heard) - _NOBODYS for heard in spoken]
