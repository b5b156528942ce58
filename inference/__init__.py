"""Batch jobs: read, extract, write."""
