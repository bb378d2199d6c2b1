"""One file per step; the file name begins with the revision id."""
