"""Linking whole files outside live questions: to measure a matching model, and to train one."""
