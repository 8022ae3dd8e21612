"""French as Django writes it, but with the narrow no-break space between thousands."""

THOUSAND_SEPARATOR = "\u202f"
