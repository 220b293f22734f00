"""Rules of review, pure: from entries of the log to what deserves a look, and to figures."""
