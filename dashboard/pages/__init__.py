"""The pages: what a person sees and types, drawn from the same answer as REST and command line."""
