"""Reviewing who looked at whom. Each act is decided by policy and recorded, like looking itself."""
