"""Files as people and attackers make them, in memory."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00"
EXE = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00"


def pdf_drawing(words: str) -> bytes:
    """The content of a page that shows one line."""
    return b"BT /F1 12 Tf 72 720 Td (%s) Tj ET" % words.encode("ascii")


def pdf_file(drawings: Sequence[bytes], *, title: str = "", packed: bool = False) -> bytes:
    """A PDF with a page for each drawing, all in one font."""
    kids = b" ".join(b"%d 0 R" % (4 + 2 * number) for number in range(len(drawings)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(drawings)),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for drawing in drawings:
        number = len(objects) + 2
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % number
        )
        data = zlib.compress(drawing) if packed else drawing
        objects.append(pdf_stream(data, b"/Filter /FlateDecode" if packed else b""))
    info = b""
    if title:
        objects.append(b"<< /Title (%s) >>" % title.encode("ascii"))
        info = b"/Info %d 0 R" % len(objects)
    return pdf_of_objects(objects, info)


def pdf_stream(data: bytes, entries: bytes = b"") -> bytes:
    """An object that holds data."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), entries, data)


def pdf_of_objects(objects: Iterable[bytes], entries: bytes = b"") -> bytes:
    """A PDF of these objects, numbered from 1; the first is the catalog."""
    file, places = io.BytesIO(), []
    file.write(b"%PDF-1.4\n")
    for number, content in enumerate(objects, start=1):
        places.append(file.tell())
        file.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    start = file.tell()
    file.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1))
    file.writelines(b"%010d 00000 n \n" % place for place in places)
    file.write(b"trailer\n<< /Size %d /Root 1 0 R %s >>\n" % (len(places) + 1, entries))
    file.write(b"startxref\n%d\n%%%%EOF\n" % start)
    return file.getvalue()


def zeros_packed(count: int) -> bytes:
    """So many zero bytes, a multiple of a million, as zlib packs them, without ever holding them.

    After a full flush each million packs alike; the checksum of zeros follows from their number.
    """
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(bytes(1_000_000)) + packer.flush(zlib.Z_FULL_FLUSH)
    checksum = ((count % 65_521) << 16) | 1
    return b"\x78\xda" + block * (count // 1_000_000) + packer.flush() + checksum.to_bytes(4)


def paragraph(words: str, style: str = "") -> str:
    """A paragraph of Word."""
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}<w:r><w:t>{words}</w:t></w:r></w:p>"


def styles(named: Mapping[str, str]) -> str:
    """A style sheet: name of each style by its id."""
    return "".join(
        f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/></w:style>'
        for key, name in named.items()
    )


def docx_file(body: str, *, style_sheet: str = "", before: str = "", times: int = 1) -> bytes:
    """A DOCX with this body, `times` over; `before` stands before the first element."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        if style_sheet:
            package.writestr(
                "word/styles.xml", f'<w:styles xmlns:w="{WORD}">{style_sheet}</w:styles>'
            )
        with package.open("word/document.xml", "w") as part:
            part.write(
                f'<?xml version="1.0"?>{before}<w:document xmlns:w="{WORD}"><w:body>'.encode()
            )
            for _ in range(times):
                part.write(body.encode())
            part.write(b"</w:body></w:document>")
    return file.getvalue()


def zip_file(parts: Mapping[str, bytes], *, packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", packing) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return file.getvalue()
