"""What the newsroom can do, each thing once: intake, compose, review, queue, deliver, why."""
