"""A tested set-up of the chat as files to carry on with elsewhere, and what deploys an option."""
