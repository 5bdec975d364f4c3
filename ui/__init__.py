"""The fronts: ``cli`` (command line), ``page`` (chat page) and ``server`` (HTTP), over one ``service``."""
