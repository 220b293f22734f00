"""The partner door: published keys, sign-in of partners' systems, questions of other hubs, pulled requests."""
