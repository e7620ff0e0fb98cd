"""A running process seen from outside: its memory and the processor time it has used (Linux)."""

from __future__ import annotations

import time
from pathlib import Path

AVAILABLE = Path("/proc/self/status").is_file()
ONLY_LINUX = "only on Linux"


def resident(pid: int) -> float:
    """Megabytes (10⁶ bytes) in memory right now."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    line = next(line for line in lines if line.startswith("VmRSS"))
    return int(line.split()[1]) * 1024 / 1e6


def cpu_seconds(pid: int) -> float:
    """Processor time used so far by all its threads.

    Linux has a clock for each process, far finer than /proc's hundredths of a second; its number is made as in
    https://man7.org/linux/man-pages/man3/clock_getcpuclockid.3.html
    """
    return time.clock_gettime((~pid << 3) | 2)
