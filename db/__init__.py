"""Memory: the one floor that knows SQL."""
