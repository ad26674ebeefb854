"""The engine: the four steps, the lanes they are worked in, and the schedule. It knows no command and no chat menu."""
