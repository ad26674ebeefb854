"""Tries rules on the archive before they are live. It changes nothing."""
