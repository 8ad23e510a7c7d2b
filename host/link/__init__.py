"""The serial link, seen from the computer: frames, messages, sessions, and a device (docs/link.md)."""
