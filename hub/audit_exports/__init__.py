"""The log in the formats of others: FHIR AuditEvents, OCSF events and CSV, one line an entry, streamed."""
