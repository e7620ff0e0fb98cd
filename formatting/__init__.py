"""Article and channel in, a message that fits out: how platforms count, what gives way first, never half a link."""
