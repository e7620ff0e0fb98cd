"""Writing: an article as each channel will show it, pictures and siblings included, and anew when it changes."""
