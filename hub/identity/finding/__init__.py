"""One live find: which searches to make, what they came to, and what certain matches teach the next ones."""
