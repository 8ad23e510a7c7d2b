"""Fuzzing: damaged files for what reads files from strangers, under the sanitizers."""
