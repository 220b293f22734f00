"""What is checked, one module for each group of checks."""
