"""Watching: what a site shows, which of it is new, changed or gone, and what nobody noticed in time."""
