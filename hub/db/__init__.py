"""The hub's own tables: enquiries, confirmed links, the break-glass review list."""
