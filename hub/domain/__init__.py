"""Frozen types of the field. Nothing here does input or output."""
