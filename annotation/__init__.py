"""Label Studio round-trips: project, push, pull, agreement, live backend."""
