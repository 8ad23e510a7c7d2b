"""A terminal on a board's serial port, and what a crash dump on it means."""
