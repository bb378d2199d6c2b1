"""The program of the child process: llama.cpp's own server, until its input is closed.

`python -m tests.emulators.llama.serve_model MODEL KEY [GRAMMAR]` prints the address once it
answers; every answer follows the grammar, unless a request brings its own. It is a
process of its own because the library keeps state, writes to stderr and ends badly inside another.
"""

from __future__ import annotations

import sys

import xllamacpp

CONTEXT_TOKENS = 16_384
SLOTS = 2
"""Answers at a time; the context is shared out to them."""
EMBEDDINGS = "embeddings"
"""In place of a grammar: the server turns text into numbers, and answers nothing."""


def main(model: str, key: str, grammar: str = "") -> None:
    """Serve a model file on a free port of 127.0.0.1 to whoever knows the key."""
    settings = xllamacpp.CommonParams()
    settings.model.path = model
    settings.model_alias = {"tiny"}
    settings.hostnames = ["127.0.0.1"]
    settings.port = 0
    settings.api_keys = [key]
    settings.n_ctx = CONTEXT_TOKENS
    settings.n_parallel = SLOTS
    settings.cpuparams.n_threads = 1
    settings.warmup = False
    if grammar == EMBEDDINGS:
        settings.embedding = True
        settings.pooling_type = xllamacpp.llama_pooling_type.LLAMA_POOLING_TYPE_MEAN
    elif grammar:
        kind = xllamacpp.common_grammar_type.COMMON_GRAMMAR_TYPE_USER
        settings.sampling.grammar = xllamacpp.CommonGrammar(kind, grammar)
    server = xllamacpp.Server(settings)
    sys.stdout.write(f"{server.listening_address}\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
