from .deep.er import PREFIX


def greeting(name):
    """Says hello."""
    return PREFIX + name
