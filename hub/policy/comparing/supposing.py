"""In which circumstances two sets of policies are compared: the plain ones, and those that a change speaks of."""

from collections.abc import Iterator, Mapping
from itertools import product

import msgspec

from hub.domain.codes import Agency, Label, PurposeCode, Role
from hub.policy.facts import DECIDABLE, NO_LABELS, Facts, Terms
from hub.policy.purposes import PurposeRow

_ALL = frozenset(DECIDABLE)
_WHOLE = Terms(reference="supposed@1", in_force=True, covers_purpose=True, covers_recipient=True, covers=_ALL)
_LACKING: Mapping[str, Terms] = {
    "without an agreement": Terms(),
    "agreement not in force": msgspec.structs.replace(_WHOLE, in_force=False),
    "agreement without the purpose": msgspec.structs.replace(_WHOLE, covers_purpose=False),
    "agreement without the recipient": msgspec.structs.replace(_WHOLE, covers_recipient=False),
    "agreement without the category": msgspec.structs.replace(_WHOLE, covers=frozenset()),
    "agreement that denies": msgspec.structs.replace(_WHOLE, denies=_ALL),
}


class Circumstances(msgspec.Struct, frozen=True):
    """What is so besides who asks, what for, and of whom. Plainly: all agreed, no label, nothing broken or released."""

    terms: Terms = _WHOLE
    labels: frozenset[Label] = NO_LABELS
    glass_broken: bool = False
    owner_release: bool = False
    family_agreed: bool = True
    family_agreed_to_source: bool = True
    said: str = ""  # how a person reads it; empty for the plain one

    def facts(self, role: Role, agency: Agency, purpose: PurposeCode, source_agency: Agency) -> Facts:
        """The facts of a question in these circumstances."""
        return Facts(
            roles=frozenset({role}),
            agency=agency,
            purpose=purpose,
            source_agency=source_agency,
            terms=self.terms,
            family_agreed=self.family_agreed,
            family_agreed_to_source=self.family_agreed_to_source,
            glass_broken=self.glass_broken,
            owner_release=self.owner_release,
        )


PLAIN = Circumstances()
_Choice = tuple[str, Mapping[str, object]]


def touched_by_policy(meaning: str) -> Iterator[Circumstances]:
    """The plain circumstances, and every combination of those that this policy speaks of."""
    named = [label for label in Label if f'"{label}"' in meaning]
    labels = named or (list(Label) if '"labels"' in meaning else [])
    yield from _combined(
        [(f"label {label}", {"labels": frozenset({label})}) for label in labels],
        [("glass broken", {"glass_broken": True})] if '"glassBroken"' in meaning else [],
        [("released by its owner", {"owner_release": True})] if '"ownerRelease"' in meaning else [],
        _family() if '"familyAgreement"' in meaning else [],
        [(said, {"terms": terms}) for said, terms in _LACKING.items()] if '"agreement"' in meaning else [],
    )


def touched_by_row(was: PurposeRow | None, now: PurposeRow | None) -> Iterator[Circumstances]:
    """The plain circumstances, and those that a purpose's changed lists bear on."""
    if was is None or now is None:
        yield PLAIN
        return
    yield from _combined(
        [("glass broken", {"glass_broken": True})] if was.break_glass != now.break_glass else [],
        [("released by its owner", {"owner_release": True})] if was.on_release != now.on_release else [],
        _family() if was.needs_family_agreement != now.needs_family_agreement else [],
    )


def _family() -> list[_Choice]:
    return [
        ("family has not agreed", {"family_agreed": False, "family_agreed_to_source": False}),
        ("family did not agree to this agency", {"family_agreed_to_source": False}),
    ]


def _combined(*choices: list[_Choice]) -> Iterator[Circumstances]:
    plain: _Choice = ("", {})
    for combination in product(*([plain, *some] for some in choices)):
        changes = {name: value for _, change in combination for name, value in change.items()}
        said = ", ".join(said for said, _ in combination if said)
        yield msgspec.structs.replace(PLAIN, said=said, **changes)
