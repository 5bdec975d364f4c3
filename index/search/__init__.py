"""Searches made from the store: BM25 postings and vectors, in segments mapped into memory."""
