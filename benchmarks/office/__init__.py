"""An office under load and faults, every part of it a process of its own on loopback."""
