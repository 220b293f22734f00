"""Cedar, and nothing else of Cedar anywhere: policy text in, named verdicts out.

New text is parsed and validated in a child process first, because deeply nested text ends the
interpreter that parses it. Run as a module, this file is that child.
"""

import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from typing import Any, NamedTuple

import cedarpy
import msgspec

from hub.domain.permits import Verdict
from hub.errors import ConfigurationError
from hub.policy.grounds import Ground
from hub.policy.texts import PolicyTexts

POLICY_ERROR, NO_POLICY_PERMITS = "policy-error", "no-policy-permits"
_REHEARSAL_SECONDS = 30
# The child's stack, far below any thread's that will parse the same text again afterwards.
_REHEARSAL_STACK = 1024 * 1024
_KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class PolicyNote(msgspec.Struct, frozen=True):
    """What a policy says about itself."""

    id: str
    effect: str  # permit or forbid
    says: str
    basis: str
    file: str
    ground: str = ""  # one of hub.policy.grounds.Ground; empty for a permit


class Request(NamedTuple):
    """One thing to decide: Cedar's action and resource, and the context as Cedar JSON."""

    action: str
    resource: dict[str, str]
    context: str


class Engine:
    """A parsed, validated policy set. Deny by default, forbid wins, an error is a deny.

    ``meanings`` is what each policy decides, by id, in Cedar's JSON form without its annotations.
    """

    def __init__(self, policies: str, schema: str, entities: Sequence[dict[str, Any]], notes: list[PolicyNote]) -> None:
        self.notes: Mapping[str, PolicyNote] = {note.id: note for note in notes}
        self.meanings: Mapping[str, str] = {name: _meaning(tree) for name, tree in _keyed(policies).items()}
        self._order = {note.id: place for place, note in enumerate(notes)}
        self._schema = cedarpy.Schema.from_str(schema)
        self._policies = cedarpy.PolicySet.from_json_str(policies)
        self._speaking = _by_action(self.meanings)
        self._entities = cedarpy.Entities.from_json_str(_json(entities), self._schema)

    @classmethod
    def load(cls, texts: PolicyTexts, entities: Sequence[dict[str, Any]]) -> "Engine":
        """Rehearse, parse, validate and name. Raises ConfigurationError saying which policy and what to mend."""
        rehearse_elsewhere(texts)
        known = {(one["uid"]["type"], one["uid"]["id"]) for one in entities}
        keyed: dict[str, Any] = {}
        notes: list[PolicyNote] = []
        for file, text in texts.cedar.items():
            for policy in _parsed(text):
                note = _noted(policy, file)
                if note.id in keyed:
                    raise ConfigurationError(f"{file}: the id {note.id} is given to two policies.")
                _refuse_unknown(policy, known, note)
                keyed[note.id] = policy
                notes.append(note)
        policies = _json({"staticPolicies": keyed, "templates": {}, "templateLinks": []})
        try:
            return cls(policies, texts.schema, entities, notes)
        except ValueError as fault:
            raise ConfigurationError(f"The policies, their schema and the purposes do not fit: {fault}") from fault

    def decide(self, person: dict[str, Any], requests: Sequence[Request]) -> list[Verdict]:
        """One verdict for each request, about one person given as a Cedar entity. Never raises."""
        try:
            entities = self._entities.with_added_json_str(_json([person]), self._schema)
            asked = [{"principal": person["uid"], **_asked(request)} for request in requests]
            actions = {request.action for request in requests}
            policies = self._speaking.get(min(actions), self._policies) if len(actions) == 1 else self._policies
            results = cedarpy.is_authorized_batch(asked, policies, entities, self._schema)
        except Exception:  # noqa: BLE001 - whatever goes wrong in a decision is a deny
            return [Verdict(permitted=False, policies=(POLICY_ERROR,))] * len(requests)
        return [self._verdict(result) for result in results]

    def only(self, names: Iterable[str]) -> "Engine":
        """These policies alone: which of them speak of something, whatever the others say."""
        kept = {name: msgspec.json.decode(self.meanings[name]) for name in names if name in self.meanings}
        alone = copy(self)
        alone._policies, alone._speaking = _policy_set(kept), {}  # noqa: SLF001 - another of this class
        return alone

    def _verdict(self, result: "cedarpy.AuthzResult") -> Verdict:
        # A forbid that errors is skipped by Cedar, so an Allow with an error is no allow.
        if result.diagnostics.errors or result.decision is cedarpy.Decision.NoDecision:
            return Verdict(permitted=False, policies=(POLICY_ERROR,))
        policies = tuple(sorted(result.diagnostics.reasons, key=self._order.__getitem__))
        permitted = result.decision is cedarpy.Decision.Allow and bool(policies)
        return Verdict(permitted=permitted, policies=policies or (NO_POLICY_PERMITS,))


def rehearse_elsewhere(texts: PolicyTexts) -> None:
    """Parse and validate in a child process. Raises ConfigurationError where that fails, crashes or takes too long."""
    try:
        child = subprocess.run(  # noqa: S603 - this interpreter, this module
            [sys.executable, "-P", "-m", __spec__.name],
            input=msgspec.json.encode(texts),
            capture_output=True,
            timeout=_REHEARSAL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as fault:
        raise ConfigurationError(f"The policies took longer than {_REHEARSAL_SECONDS} s to validate.") from fault
    if child.returncode < 0:
        name = signal.Signals(-child.returncode).name
        raise ConfigurationError(f"Validating the policies ended the process ({name}): an expression nests too deeply.")
    try:
        faults = msgspec.json.decode(child.stdout, type=list[str])
    except msgspec.DecodeError as fault:
        raise ConfigurationError("The policies could not be validated: the validating process failed.") from fault
    if faults:
        raise ConfigurationError("The policies are not usable. " + " ".join(faults))


def rehearse() -> None:
    """Be the child: texts from standard input, a JSON list of faults to standard output."""
    texts = msgspec.json.decode(sys.stdin.buffer.read(), type=PolicyTexts)
    threading.stack_size(_REHEARSAL_STACK)
    faults: list[str] = []
    work = threading.Thread(target=lambda: faults.extend(_faults(texts)))
    work.start()
    work.join()
    sys.stdout.buffer.write(msgspec.json.encode(faults))


def _faults(texts: PolicyTexts) -> Iterator[str]:
    try:
        schema = cedarpy.Schema.from_str(texts.schema)
    except ValueError as fault:
        yield f"hub.cedarschema: {fault}"
        return
    for file, text in texts.cedar.items():
        try:
            _parsed(text)
            result = cedarpy.validate_policies(text, schema)
        except ValueError as fault:
            yield f"{file}: {fault}"
            continue
        named = result.id_annotations_by_policy_id
        for error in result.errors:
            yield f"{file}: {named.get(error.policy_id, error.policy_id)}: {error.error}"


def _parsed(text: str) -> list[dict[str, Any]]:
    """Policies of one file in the order they stand, in Cedar's JSON form."""
    tree = msgspec.json.decode(cedarpy.policies_to_json_str(text))
    if tree["templates"]:
        raise ValueError("policies with slots are not used here; write out whom a policy is about")
    # Cedar keys them policy0, policy1, ... by position.
    return [policy for _, policy in sorted(tree["staticPolicies"].items(), key=lambda item: int(item[0][6:]))]


def _noted(policy: dict[str, Any], file: str) -> PolicyNote:
    notes = policy.get("annotations", {})
    name = notes.get("id") or ""
    if not _KEBAB.fullmatch(name):
        raise ConfigurationError(f'{file}: every policy needs an @id("in-kebab-case"); one has {name or "none"!r}.')
    for wanted in ("says", "basis"):
        if not (notes.get(wanted) or "").strip():
            raise ConfigurationError(f'{file}: the policy {name} needs @{wanted}("...").')
    ground = notes.get("ground") or ""
    if (ground or policy["effect"] == "forbid") and ground not in set(Ground):
        raise ConfigurationError(f'{file}: the policy {name} needs @ground("..."), one of {", ".join(Ground)}.')
    return PolicyNote(name, policy["effect"], notes["says"], notes["basis"], file, ground)


def _refuse_unknown(policy: dict[str, Any], known: set[tuple[str, str]], note: PolicyNote) -> None:
    """Refuse a policy about a category or purpose that does not exist; the schema refuses all other typing slips."""
    kinds = {kind for kind, _ in known}
    for kind, name in _named_entities(policy):
        if kind in kinds and (kind, name) not in known:
            raise ConfigurationError(f'{note.file}: the policy {note.id} names {kind}::"{name}", which does not exist.')


def _named_entities(tree: Any) -> Iterator[tuple[str, str]]:
    if isinstance(tree, dict):
        if isinstance(tree.get("type"), str) and isinstance(tree.get("id"), str):
            yield tree["type"], tree["id"]
        for branch in tree.values():
            yield from _named_entities(branch)
    elif isinstance(tree, list):
        for branch in tree:
            yield from _named_entities(branch)


def _by_action(meanings: Mapping[str, str]) -> dict[str, cedarpy.PolicySet]:
    """For each action that policies name, those that could apply to it: others only cost time."""
    trees = {name: msgspec.json.decode(meaning) for name, meaning in meanings.items()}
    named = {name: _actions(tree["action"]) for name, tree in trees.items()}
    actions = frozenset().union(*(some for some in named.values() if some is not None))
    return {
        action: _policy_set({name: trees[name] for name, some in named.items() if some is None or action in some})
        for action in actions
    }


def _actions(scope: dict[str, Any]) -> frozenset[str] | None:
    """The actions that a policy's scope names; None for any."""
    if scope["op"] == "==":
        return frozenset({scope["entity"]["id"]})
    if scope["op"] == "in" and "entities" in scope:
        return frozenset(one["id"] for one in scope["entities"])
    return None


def _policy_set(keyed: Mapping[str, Any]) -> cedarpy.PolicySet:
    return cedarpy.PolicySet.from_json_str(_json({"staticPolicies": keyed, "templates": {}, "templateLinks": []}))


def _keyed(policies: str) -> dict[str, dict[str, Any]]:
    keyed: dict[str, dict[str, Any]] = msgspec.json.decode(policies)["staticPolicies"]
    return keyed


def _meaning(policy: dict[str, Any]) -> str:
    """What a policy decides, as text that changes with nothing else: not with its sentence, its basis, its place."""
    return msgspec.json.encode({**policy, "annotations": {}}, order="sorted").decode()


def _asked(request: Request) -> dict[str, Any]:
    return {
        "action": {"type": "Hub::Action", "id": request.action},
        "resource": request.resource,
        "context": request.context,
    }


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


if __name__ == "__main__":
    rehearse()
