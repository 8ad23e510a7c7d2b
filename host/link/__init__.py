"""The serial link, seen from the computer: frames, messages, transports, and a client (docs/link.md)."""
