def nearest_spelling(text):
    return ""


def search_everything(text):
    return []
