"""French as Django writes it; what Morocco types, and the thousands, differ."""

THOUSAND_SEPARATOR = "\u202f"
DATE_INPUT_FORMATS = ["%d/%m/%Y", "%Y-%m-%d", "%Y/%m/%d", "%d-%m-%Y", "%d.%m.%Y"]
