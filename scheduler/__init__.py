"""When: the daemon, its clock, and who carries the posts."""
