"""The tabs under the chart, drawn when opened: whole cost, over time, how sure, where, base and
overflow, capacity."""
