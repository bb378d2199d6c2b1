"""Colors of the charts: blue by the token, brown by the hour, violet in units of throughput, told
apart by lightness and dash too."""

from collections.abc import Sequence
from dataclasses import dataclass

LIGHT = {
    "serverless": ("#1d4ed8", "#0e7490", "#4c1d95", "#64748b"),
    "dedicated": ("#b45309", "#7c2d12", "#9d174d", "#a16207"),
    "provisioned": ("#86198f", "#581c87", "#a21caf", "#6b21a8"),
}
DARK = {
    "serverless": ("#7aa7ff", "#67d5e8", "#c4b5fd", "#b6c2d1"),
    "dedicated": ("#f0a35e", "#ffc49b", "#f5a3c7", "#e3c25f"),
    "provisioned": ("#e58bf0", "#d8b4fe", "#f5b8fb", "#c9a2f5"),
}
FURTHER_DASHES = ("solid", "dash", "dot", "dashdot")


@dataclass(frozen=True, kw_only=True, slots=True)
class Palette:
    """Colors for one chart; `lines` and `dashes` in the order of the drawn options."""

    lines: tuple[str, ...]
    dashes: tuple[str, ...]
    paper: str
    ink: str
    grid: str
    wall: str
    workload: str
    close: str
    watermark: str


def palette(kinds: Sequence[str], *, dark: bool) -> Palette:
    """Colors for options of these kinds; a second option of a kind gets its own hue and dash."""
    hues = DARK if dark else LIGHT
    seen: dict[str, int] = {}
    lines, dashes = [], []
    for kind in kinds:
        place = seen.get(kind, 0)
        seen[kind] = place + 1
        lines.append(hues[kind][place])
        dashes.append(FURTHER_DASHES[place])
    return Palette(
        lines=tuple(lines),
        dashes=tuple(dashes),
        paper="#1b2129" if dark else "#ffffff",
        ink="#e8ecf1" if dark else "#16202e",
        grid="#343d49" if dark else "#dfe4ea",
        wall="#ff9c92" if dark else "#b91c1c",
        workload="#4fc796" if dark else "#047857",
        close="rgba(160,170,185,0.20)" if dark else "rgba(90,102,117,0.13)",
        watermark="rgba(232,236,241,0.45)" if dark else "rgba(22,32,46,0.42)",
    )


def transparent(color: str, opacity: float) -> str:
    """A color such as #1d4ed8 that lets what lies under it through."""
    red, green, blue = (int(color[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"
