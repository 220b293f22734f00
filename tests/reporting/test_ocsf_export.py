"""OCSF events by what version 1.6.0 of the schema requires of API Activity, written out as a table."""

from typing import Any

import msgspec
from export_samples import ENTRIES, HUB

from hub.audit_exports.ocsf import VERSION, ocsf_event
from hub.domain.acts import Action

# Class 6003 and the objects in it: what is required, of what type, and of what at least one has to be there.
REQUIRED: dict[str, dict[str, type]] = {
    "": {
        "activity_id": int, "actor": dict, "api": dict, "category_uid": int, "class_uid": int, "metadata": dict,
        "severity_id": int, "src_endpoint": dict, "time": int, "type_uid": int,
    },
    "metadata": {"product": dict, "version": str},
    "api": {"operation": str},
}  # fmt: skip
ONE_OF = {
    "actor": {"process", "user", "invoked_by", "session", "app_name", "app_uid"},
    "actor.user": {"account", "name", "uid"},
    "metadata.product": {"name", "uid"},
    "src_endpoint": {"ip", "uid", "name", "hostname", "svc_name", "instance_uid", "interface_uid", "domain"},
    "api.service": {"name", "uid"},
}
KNOWN = {
    *REQUIRED[""], "status_id", "status_detail", "resources", "unmapped",
}  # fmt: skip
CODES = {"activity_id": {0, 1, 2, 3, 4, 99}, "severity_id": {0, 1, 2, 3, 4, 5, 6, 99}, "status_id": {0, 1, 2, 99}}


def at(event: dict[str, Any], path: str) -> dict[str, Any]:
    found: Any = event
    for step in path.split(".") if path else ():
        found = found.get(step, {})
    assert isinstance(found, dict)
    return found


def faults_of(event: dict[str, Any]) -> list[str]:
    faults = [
        f"{path}.{name}"
        for path, wanted in REQUIRED.items()
        for name, kind in wanted.items()
        if not isinstance(at(event, path).get(name), kind)
    ]
    faults += [path for path, wanted in ONE_OF.items() if not wanted & at(event, path).keys()]
    faults += [f"{name} is no code" for name, codes in CODES.items() if event.get(name) not in codes]
    faults += [f"{name} is not of the class" for name in event.keys() - KNOWN]
    faults += ["resources" for one in event.get("resources", ()) if not {"name", "uid"} & one.keys()]
    if (event["category_uid"], event["class_uid"]) != (6, 6003) or event["type_uid"] != 600300 + event["activity_id"]:
        faults.append("type_uid")
    return faults


def test_every_sort_of_entry_has_what_the_schema_requires() -> None:
    events = {name: ocsf_event(entry, HUB) for name, entry in ENTRIES.items()}
    assert {name: found for name, event in events.items() if (found := faults_of(event))} == {}
    assert {event["metadata"]["version"] for event in events.values()} == {VERSION} == {"1.6.0"}
    assert all(event["metadata"]["sequence"] == ENTRIES[name].index for name, event in events.items())


def test_the_table_can_tell_a_fault() -> None:
    event = ocsf_event(ENTRIES["view disclosed"], HUB)
    assert faults_of({name: value for name, value in event.items() if name != "actor"} | {"actor": {}})
    assert faults_of({**event, "type_uid": 600399}) == ["type_uid"]
    assert faults_of({**event, "colour": "red"}) == ["colour is not of the class"]


def test_a_refusal_and_a_broken_glass_stand_out() -> None:
    severity = {name: ocsf_event(entry, HUB)["severity_id"] for name, entry in ENTRIES.items()}
    assert severity["view behind broken glass"] > severity["view refused"] > severity["view disclosed"]
    assert ocsf_event(ENTRIES["view refused"], HUB)["status_id"] == 2
    assert ocsf_event(ENTRIES["view disclosed"], HUB)["status_id"] == 1


def test_only_what_was_decided_is_said_to_be_permitted_or_refused() -> None:
    def decision(name: str, **changes: object) -> list[str]:
        actor = ocsf_event(msgspec.structs.replace(ENTRIES[name], **changes), HUB)["actor"]
        return [one["decision"] for one in actor.get("authorizations", ())]

    assert decision("view disclosed") == ["permitted"]
    assert decision("view refused") == ["refused"]
    assert decision(f"act {Action.READ_AUDIT}") == ["permitted"]
    assert decision(f"act {Action.READ_AUDIT} refused") == ["refused"]
    undecided = "view asked", "view failed", "view abandoned", "view refused before it was decided", "token refused"
    assert [name for name in undecided if decision(name)] == []
    assert decision("view disclosed", basis=None) == []
    assert decision(f"act {Action.READ_AUDIT}", facts=None) == []
