"""`python -m dashboard`: the command `modelcost`, for a process that starts another one of it."""

from dashboard.cli import main

if __name__ == "__main__":
    main()
