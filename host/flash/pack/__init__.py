"""CMSIS packs as an alternative source of the target and its flash algorithm."""
