"""One module for each kind of resource: what of it becomes which record."""
