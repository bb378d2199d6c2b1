"""A copy of the scripts in a folder of its own, on a machine with only the programs put there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BASICS = "bash cat chmod cp date dirname env flock grep head id mkdir mv rm sed sha256sum tail"
COPIED = ("scripts/setup", "scripts/start", "pyproject.toml")

UV = """
echo "uv $1 ${2-}" >>"$CALLS"
if [ "$1" = venv ]; then
  for folder; do :; done
  mkdir -p "$folder/bin"
  cp "$BIN/python3" "$folder/bin/python"
fi
"""
PYTHON = f'exec "{sys.executable}" "$@"\n'


class Workshop:
    """A checkout whose path holds spaces, and a machine whose PATH is one folder.

    Real are the scripts and the shell; the programs that reach the network (uv, apt-get) are
    replaced by ones that note how they were called.
    """

    def __init__(self, folder: Path) -> None:
        self.tree = folder / "a tree"
        self.bin = folder / "bin"
        self.calls_file = folder / "calls"
        self.bin.mkdir(parents=True)
        for name in BASICS.split():
            self.use(name)
        for path in COPIED:
            (self.tree / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / path, self.tree / path)
        self.lock("requirements.lock").write_text("one==1\n")
        self.lock("requirements-dev.lock").write_text("one==1\ntwo==2\n")

    def lock(self, name: str) -> Path:
        """One of the lock files."""
        return self.tree / name

    def put(self, program: str, script: str) -> None:
        """Install a program, written in shell."""
        file = self.bin / program
        file.unlink(missing_ok=True)
        file.write_text(f"#!{self.bin / 'bash'}\n{script}")
        file.chmod(0o755)

    def use(self, program: str) -> None:
        """Bring one real program of the machine below."""
        (self.bin / program).symlink_to(str(shutil.which(program)))

    def command(self, verb: str, *arguments: str) -> list[str]:
        """How this checkout's verb is called."""
        return [str(self.tree / "scripts" / verb), *arguments]

    def environment(self, **more: str) -> dict[str, str]:
        """What the scripts see."""
        own = {"PATH": str(self.bin), "BIN": str(self.bin), "CALLS": str(self.calls_file)}
        coverage = {k: v for k, v in os.environ.items() if k.startswith("COVERAGE_")}
        return own | coverage | more

    def run(
        self, verb: str, *arguments: str, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Call a verb from another folder, with no input; wait for its end."""
        return subprocess.run(
            self.command(verb, *arguments),
            cwd="/",
            env=self.environment(**environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def calls(self) -> list[str]:
        """What the replaced programs were asked since the last look."""
        if not self.calls_file.exists():
            return []
        lines = self.calls_file.read_text().splitlines()
        self.calls_file.unlink()
        return lines
