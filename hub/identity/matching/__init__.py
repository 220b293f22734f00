"""Whether two descriptions are one person: a Fellegi-Sunter model, and rules that no score overrides.

Pure, once the model and the tables beside it have been read.
"""
