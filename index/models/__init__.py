"""The networks of the product, and where their files come from."""
