"""What a page shows of one record, read whole and in a constant number of queries."""
