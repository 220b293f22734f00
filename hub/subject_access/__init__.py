"""The report that a person may have of who looked at information about them, when, and why (UK GDPR Article 15)."""
