"""What the newsroom can do, each thing once: intake, drafting, revising, review, queue, deliver, why."""
