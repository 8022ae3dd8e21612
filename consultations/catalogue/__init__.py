"""What is said of the datasets as a whole, from their declarations alone.

Nothing here names a dataset or a column: a new one is described as soon as it is declared.
"""
