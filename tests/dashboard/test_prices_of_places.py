"""REST about one region: models and hosts with their prices, pages, refusals, nothing private."""

from __future__ import annotations

from pathlib import Path

import httpx

from tests.dashboard.commands import call, fill_folder
from tests.dashboard.problem_documents import problem_of
from tests.servers import running_server

LLAMA = "meta-llama/Llama-3.3-70B-Instruct"


def test_the_cheapest_ways_of_several_models_come_in_one_answer(api: httpx.Client) -> None:
    """In the order asked, exact amounts as text, and what is not known as null."""
    names = ["nobody/x", LLAMA]
    answer = api.get("/cheapest", params={"region": "japaneast", "model": names})

    first, second = answer.json()["items"]
    assert (None, None, None, 0) == (
        first["input"],
        first["output"],
        first["host"],
        first["offers"],
    )
    assert ("0.71", "global", "2025-08-25") == (
        second["input"]["usd_per_million_tokens"],
        second["input"]["deployment"],
        second["input"]["as_of"],
    )
    assert {"items", "total", "next"} == answer.json().keys()


def test_hosts_come_in_pages_with_the_price_of_the_region(api: httpx.Client) -> None:
    """All of them once, the next page by its cursor."""
    found: list[str] = []
    after: dict[str, str] = {}
    while True:
        query = {"region": "japaneast", "limit": "100", **after}
        page = api.get("/instances/priced", params=query).json()
        found += [one["id"] for one in page["items"]]
        if page["next"] is None:
            break
        after = {"after": page["next"]}

    assert page["total"] == len(found) == len(set(found))
    [host] = api.get(
        "/instances/priced", params={"region": "japaneast", "q": "NC24ads_A100_v4"}
    ).json()["items"]
    assert ("5.326", "2026-06-18", "80") == (
        host["here"]["usd_per_hour"],
        host["here"]["as_of"],
        host["gpu_memory_gib"],
    )


def test_what_is_missing_or_too_much_is_refused_by_its_name(api: httpx.Client) -> None:
    """No region, no model, too many models, a cursor of another list."""
    assert "region" in problem_of(api.get("/cheapest?model=a"), 422)["errors"][0]["field"]
    assert "model" in problem_of(api.get("/cheapest?region=a"), 422)["errors"][0]["field"]
    many = [("model", str(number)) for number in range(201)]
    problem_of(api.get("/cheapest", params=[("region", "a"), *many]), 422)
    problem_of(api.get("/instances/priced?region=a&after=x"), 422)


def test_a_price_of_ones_own_is_in_none_of_these_lists(tmp_path: Path) -> None:
    """Neither for the host nor for the model that it was written for."""
    file = tmp_path / "own.csv"
    file.write_text(
        "provider,model,instance,region,deployment,kind,amount,per,unit,currency\n"
        "azure,,NC24ads_A100_v4,japaneast,,instance,4.2001,1,hour,USD\n"
        f"azure,{LLAMA},,japaneast,regional,input,0.1234,1000000,token,USD\n"
    )
    fill_folder(tmp_path / "data")
    loaded = call("own-prices", "load", str(file), folder=tmp_path / "data")
    assert 0 == loaded.exit_code

    with running_server(tmp_path) as url, httpx.Client(trust_env=False, timeout=60) as client:
        answers = [
            client.get(f"{url}/api/v1/cheapest?region=japaneast&model={LLAMA}").text,
            client.get(f"{url}/api/v1/instances/priced?region=japaneast&q=NC24ads_A100").text,
        ]

    assert "0.71" in answers[0]
    assert "5.326" in answers[1]
    assert not any(own in answer for own in ("4.2001", "0.1234") for answer in answers)
