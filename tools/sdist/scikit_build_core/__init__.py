"""See build.py."""
