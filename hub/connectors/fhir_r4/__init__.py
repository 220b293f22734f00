"""Health systems that speak FHIR R4 (UK Core): live searches, mapped into our records.

``docs/connector-guide.md`` says which resources are asked for and what security labels do; the codes stand
in ``codes.py``, ``services.py`` and ``vaccines.py``.
"""

from hub.connectors.fhir_r4.connector import FhirR4
from hub.connectors.fhir_r4.mapping import Mapped, map_resources

__all__ = ["FhirR4", "Mapped", "map_resources"]
