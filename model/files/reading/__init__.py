"""From the bytes of a file to the columns of a study: encoding, header, dialect, rows."""
