"""Charts as plain dictionaries: an answer in, a Plotly figure out, nothing else touched."""
