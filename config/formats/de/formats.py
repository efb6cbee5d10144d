# Templates print coordinates of drawings as well as figures for people, so numbers keep their point everywhere and
# the filters for people (films/figures.py) set the comma.
DECIMAL_SEPARATOR = "."
