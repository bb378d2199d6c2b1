"""The bundled snapshot: a dated catalog in CSV files, so that the first start needs no network.

``manifest.json`` beside this file lists the files with their sources and SHA-256. They are made by
:func:`catalog.snapshot.build.build_snapshot` and brought into a database by
:func:`catalog.snapshot.load.load_snapshot`.
"""
