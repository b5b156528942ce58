"""``python -m reportedly``."""

from .cli import main

main()
