"""Health systems that speak FHIR R4 (UK Core): live searches, mapped into our records.

``docs/connector-guide.md`` says which resources, codes and security labels are understood.
"""

from hub.connectors.fhir_r4.connector import FhirR4
from hub.connectors.fhir_r4.mapping import Mapped, map_resources

__all__ = ["FhirR4", "Mapped", "map_resources"]
