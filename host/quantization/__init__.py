"""What happens to weights before and after the converter makes them int8, and what it costs."""
