"""Families who do not exist, made to be confused: twins, siblings, fathers and sons, cousins, common names."""
