PREFIX = 'hello '
