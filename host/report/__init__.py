"""What people look at: tables for the terminal, plots, and one HTML page per run."""
