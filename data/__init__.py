"""Articles, predictions, their readers and writers, the taxonomy, and the authored corpus."""
