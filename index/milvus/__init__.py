"""The same index kept in Milvus, for several machines."""
