"""The MVP accelerator for Python: its register-level model, from the same C++ class as the host build."""
