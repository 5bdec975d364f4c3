"""The fronts: the command line and the chat page."""
