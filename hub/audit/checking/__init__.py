"""Checking the log: everything that is stored is worked out again, and what does not fit is named."""
