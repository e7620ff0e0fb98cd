"""Health: what could go wrong, what does, and how the newsroom stands."""
