"""Sound from a file or a microphone's pipe, scored window by window while it comes in."""
