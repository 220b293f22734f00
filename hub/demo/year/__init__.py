"""A year of a front door at work, invented: honest traffic by some forty staff, and misuses planted among it.

Nobody here is real. The children of the year are in no partner's system of the running demo: they are known to
the log that the year leaves, and to the partners that the year keeps in memory while it is lived.
"""
