"""Whose record a resource is: this patient's, somebody else's, or nobody's that can be told."""

from enum import Enum, auto

from hub.connectors.fhir_r4.chart import NHS_NUMBER, Chart
from hub.connectors.fhir_r4.elements import Json, line, part, parts, target


class Whose(Enum):
    """What a resource says of its subject."""

    THIS_PATIENT = auto()
    SOMEBODY_ELSE = auto()
    UNTOLD = auto()


def whose(resource: Json, chart: Chart) -> Whose:
    """Whose record this is. A subject that differs in any of its ways of pointing is somebody else."""
    if resource.get("resourceType") == "Patient":
        return Whose.THIS_PATIENT if resource.get("id") == chart.patient_id else Whose.SOMEBODY_ELSE
    told = [_pointed(subject, chart) for subject in _subjects(resource)]
    if Whose.THIS_PATIENT in told:
        # An appointment has several actors; any other resource has one subject.
        return Whose.THIS_PATIENT if Whose.SOMEBODY_ELSE not in told else Whose.SOMEBODY_ELSE
    return Whose.SOMEBODY_ELSE if Whose.SOMEBODY_ELSE in told else Whose.UNTOLD


def _subjects(resource: Json) -> list[Json]:
    if resource.get("resourceType") == "Appointment":
        actors = [part(one, "actor") for one in parts(resource.get("participant"))]
        return [actor for actor in actors if (found := target(actor)) and found[0] == "Patient"]
    return [one for name in ("subject", "patient") for one in parts(resource.get(name))]


def _pointed(subject: Json, chart: Chart) -> Whose:
    identifier = part(subject, "identifier")
    found = target(subject)
    told = []
    if found is not None and found[0] == "Patient":
        told.append(found[1] == chart.patient_id)
    number = line(identifier.get("value"))
    if identifier.get("system") == NHS_NUMBER and number:
        told.append("".join(number.split()) in chart.nhs_numbers | {chart.patient_id})
    if not told:
        return Whose.UNTOLD
    return Whose.THIS_PATIENT if all(told) else Whose.SOMEBODY_ELSE
