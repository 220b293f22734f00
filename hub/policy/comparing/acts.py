"""What people may do, of one set of policies: the acts that a change of policy bears on."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import NamedTuple

import msgspec

from hub.domain.acts import Action
from hub.domain.codes import Agency, Label, PurposeCode, Role
from hub.policy.engine import Request
from hub.policy.entities import ABOUT_SOMEBODY, DECIDED, about_a_partner, act, partner_act, person
from hub.policy.facts import NO_LABELS, Partnering
from hub.policy.policies import Policies

_PARTNERING = tuple(
    Partnering(*told) for told in product((True, False), repeat=len(msgspec.structs.fields(Partnering)))
)


class ActCell(NamedTuple):
    """One act that somebody may do."""

    act: str
    purpose: str  # empty where the act has none
    role: str
    agency: str
    when: str


class Touched(NamedTuple):
    """Acts, purposes and labels that a change bears on."""

    actions: tuple[Action, ...]
    purposes: tuple[PurposeCode | None, ...]
    labels: tuple[Label, ...] = ()


def acts_touched(
    old: Policies, new: Policies, changed: Iterable[str], rows: Sequence[PurposeCode]
) -> Sequence[Touched]:
    """Every act that a changed policy names, for every purpose; every act about an enquiry, for a changed purpose."""
    meanings = [one.engine.meanings.get(name, "") for name in changed for one in (old, new)]
    unscoped = any('"action":{"op":"All"}' in meaning for meaning in meanings)
    named = tuple(
        action
        for action in DECIDED
        if (unscoped or any(f'"id":"{action}","type":"Hub::Action"' in meaning for meaning in meanings))
    )
    about_enquiries = tuple(one for one in DECIDED if not about_a_partner(one))
    labels = tuple(label for label in Label if any('"labels"' in meaning for meaning in meanings))
    return (Touched(named, (None, *PurposeCode), labels), Touched(about_enquiries if rows else (), tuple(rows)))


def acts_allowed(policies: Policies, touched: Iterable[Touched]) -> Iterator[ActCell]:
    """Every act among these that somebody may do."""
    for one in touched:
        for action in one.actions:
            asked = dict(_requests(action, one))
            for role, agency in product(Role, Agency):
                verdicts = policies.engine.decide(person({role}, agency), list(asked.values()))
                for (purpose, when), verdict in zip(asked, verdicts, strict=True):
                    if verdict.permitted:
                        yield ActCell(action, purpose, role, agency, when)


def _requests(action: Action, touched: Touched) -> Iterator[tuple[tuple[str, str], Request]]:
    if about_a_partner(action):
        for facts in _PARTNERING:
            yield ("", _said(facts)), partner_act(action, facts)
        return
    labelled = [NO_LABELS, *(frozenset({label}) for label in touched.labels if action in ABOUT_SOMEBODY)]
    for purpose, own, labels in product(touched.purposes, (True, False), labelled):
        said = ", ".join(["own" if own else "another's", *(f"label {label}" for label in labels)])
        yield (purpose or "", said), act(action, purpose, own=own, labels=labels)


def _said(facts: Partnering) -> str:
    told = msgspec.structs.asdict(facts)
    return ", ".join(name.replace("_", " ") for name, so in told.items() if so) or "none of it"
