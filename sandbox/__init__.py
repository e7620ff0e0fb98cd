"""Platforms on loopback, strict like the originals: for the demo, rehearsals, drills and tests."""
