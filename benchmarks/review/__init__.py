"""What the rules of review make of a year of demo traffic with misuses planted in it."""
