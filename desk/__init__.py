"""What the newsroom can do, each thing once: it watches, writes, decides and carries, and looks after its health."""
