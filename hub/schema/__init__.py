"""The GraphQL door: a strict gate, thin resolvers, types built from disclosures, masked errors."""
