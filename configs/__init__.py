"""Run configs: one YAML file is one run."""
