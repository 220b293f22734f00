"""Whom a question is about: live finds, exact matching, links that stand behind every call."""
