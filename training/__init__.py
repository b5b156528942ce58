"""From a run config to a checkpoint with everything it needs."""
