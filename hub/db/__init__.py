"""The hub's own tables: enquiries, links, decisions about matches, the break-glass review list."""
