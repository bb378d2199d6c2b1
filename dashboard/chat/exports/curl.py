"""A tested set-up as one call of curl, for a POSIX shell.

The body goes through a pipe and not onto the command line, because a program takes no argument
above 128 KiB and a prompt with twenty passages is longer. It stands between single quotes, inside
which a shell reads nothing.
"""

import shlex

from catalog.folding import safe_text
from dashboard.chat.exports.plain_json import plain_json
from dashboard.chat.exports.tested_setup import (
    ADDRESS_SHAPES,
    BASE_URL_VARIABLE,
    KEY_VARIABLE,
    ChatSetup,
)


def curl_command(setup: ChatSetup) -> str:
    """The command, as a script.

    Raises:
        ChatRefused: a document that it was answered from is gone.
    """
    body = {
        "model": setup.model,
        "messages": [
            {"role": one.role.value, "content": safe_text(one.content)} for one in setup.messages()
        ],
        **setup.sent,
    }
    return (
        "#!/bin/sh\n"
        "# A question to a chat bot on documents, as it was tested with modelcost.\n"
        f"# {BASE_URL_VARIABLE}: an address such as {ADDRESS_SHAPES[setup.kind]}\n"
        f"# {KEY_VARIABLE}: a key or a token. curl's command line shows it to users of the same"
        " machine.\n"
        f'printf %s {shlex.quote(plain_json(body))} | curl "${{{BASE_URL_VARIABLE}:?}}'
        '/chat/completions" --silent --show-error --fail-with-body'
        f' --header "Authorization: Bearer ${{{KEY_VARIABLE}:?}}"'
        " --header 'Content-Type: application/json' --data-binary @-\n"
    )
