"""Vaccines of the children's programme, as SNOMED CT codes them."""

from hub.connectors.fhir_r4.meanings import SNOMED, Meaning, Meanings

_ROWS = {
    "38598009": "measles, mumps and rubella",
    "86198006": "influenza",
    "399014008": "diphtheria, tetanus and whooping cough",
    "72093006": "polio",
    "127787002": "Haemophilus influenzae type b",
    "12866006": "pneumococcus",
    "428570002": "human papillomavirus",
    "68525005": "chickenpox",
    "42284007": "tuberculosis (BCG)",
}

VACCINES: Meanings = {(SNOMED, code): Meaning("hub:immunisation", label) for code, label in _ROWS.items()}
