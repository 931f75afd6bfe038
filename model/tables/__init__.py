"""Files of tables, opened within limits: encodings of text, Parquet, Excel."""
