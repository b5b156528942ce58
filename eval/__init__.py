"""Metrics and reports over pairs (reference, predicted)."""
