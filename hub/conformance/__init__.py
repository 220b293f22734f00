"""The conformance kit: tries a partner's system as its manifest declares it, and reports what it saw."""
