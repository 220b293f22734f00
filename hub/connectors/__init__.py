"""Connectors: each speaks one kind of partner system and maps what it says into our records."""
