"""The Partnership Hub: one question about one child, answered live by every partner, with evidence."""

__version__ = "0.1.0"
