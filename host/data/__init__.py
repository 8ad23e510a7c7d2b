"""Recordings and what the model sees of them: datasets, the synthetic machine, downloads, features."""
