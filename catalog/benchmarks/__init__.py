"""Result files of load generators, read into runs in words of ours; they know no database."""
