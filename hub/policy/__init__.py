"""Who may see what, and why: Cedar policies, purposes, agreements and the table compiled from them."""
