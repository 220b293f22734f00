"""The figures that the project promises, each measured beside its floor in the same run."""
