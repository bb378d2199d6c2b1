"""The faces of modelcost: command line, REST and pages, all showing the one answer of `costing`."""

__version__ = "0.1.0"
