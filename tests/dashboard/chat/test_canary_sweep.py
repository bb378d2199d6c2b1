"""Keys of the operator, swept for in everything that a whole run writes or sends."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx

from tests.dashboard.chat.batch.test_batch_routes import begin, ended, upload
from tests.dashboard.chat.service import WRONG, chat_service
from tests.dashboard.chat.talking import PRICE, ask, only, text_of
from tests.dashboard.commands import environment_in
from tests.emulators.llama.server import KEY
from tests.servers import PROGRAM

CANARIES = [KEY.encode(), WRONG.encode(), *(base64.b64encode(one.encode()) for one in (KEY, WRONG))]
SCENARIO = Path(__file__).parents[3] / "dashboard" / "examples" / "article.yaml"


class Heard:
    """Everything that came back, headers and zip members included."""

    def __init__(self) -> None:
        self.said: dict[str, bytes] = {}

    def hook(self, response: httpx.Response) -> None:
        content = response.read()
        name = f"{response.request.method} {response.request.url} {len(self.said)}"
        self.said[name] = content + repr(response.headers.multi_items()).encode()
        if content[:4] == b"PK\x03\x04":
            with zipfile.ZipFile(BytesIO(content)) as archive:
                for member in archive.namelist():
                    self.said[f"{name} {member}"] = archive.read(member)


def test_no_key_of_the_operator_is_written_or_sent_by_a_whole_run(tmp_path: Path) -> None:
    """Chat, history, batch test, exports, deployment, settings, errors; then every response, log
    and byte of every file of the data folder."""
    heard = Heard()
    with (
        chat_service(tmp_path) as url,
        httpx.Client(
            base_url=f"{url}/api/v1", trust_env=False, timeout=120,
            event_hooks={"response": [heard.hook]},
        ) as client,
    ):  # fmt: skip
        found = ask(client, endpoints=["english"])
        assert PRICE == text_of(found)
        refused = ask(client, endpoints=["refused"])
        chat, turn = (only(found, "meta")[name] for name in ("chat", "turn"))
        for path in ("endpoints", "documents", "limits"):
            client.get(f"/chat/{path}")
        client.get("/chats")
        client.get(f"/chats/{chat}")
        client.get(f"/chats/{chat}/workload")
        for form in ("prompty", "python", "curl"):
            saved = client.get(f"/chats/{chat}/turns/{turn}/export/{form}")
            assert 200 == saved.status_code
        questions = upload(client).json()["questions"]
        body: dict[str, Any] = {"endpoints": ["english", "refused"], "judge": "refused"}
        batch = begin(client, questions=questions, **body).json()["batch"]
        ended(client, batch)
        for path in ("", "/results", "/answers/1", "/answers/3", "/table", "/chart"):
            assert 200 == client.get(f"/batches/{batch}{path}").status_code
        for wrong in ({"endpoints": ["nobody"]}, {"endpoints": ["missing"]}, {"cost_cap": "0"}):
            begin(client, **wrong)
        client.post("/chat", json={"question": "?", "endpoints": ["missing"]})
        client.post("/chat", content=b"{", headers={"content-type": "application/json"})
        for path in ("/chat", "/batch", "/"):
            client.get(f"{url}{path}")
        kept = tmp_path / "kept"
        shutil.copytree(tmp_path / "data", kept)
    environment = environment_in(tmp_path / "data", KEY=KEY, WRONG=WRONG)
    for command in (
        ("settings",),
        ("deploy", str(SCENARIO), "--option", "Three hosts"),
        ("evaluate", "sample", "--endpoint", "missing"),
    ):
        told = subprocess.run([str(PROGRAM), *command], env=environment, capture_output=True)
        heard.said[" ".join(command)] = told.stdout + told.stderr

    assert "error" in [name for name, _ in refused]
    found_in = [name for name, said in heard.said.items() if any(one in said for one in CANARIES)]
    files = [one for one in tmp_path.rglob("*") if one.is_file()]
    names = [one.name for one in files if any(key in one.read_bytes() for key in CANARIES)]
    assert [] == found_in
    assert [] == names
    assert {"chats.sqlite", f"{batch}.sqlite", "server.log"} <= {one.name for one in files}
    assert json.loads((next(kept.rglob(f"{batch}.json"))).read_text())["ended"] is not None
