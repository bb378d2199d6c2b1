"""Texts of /metrics and bills for tests, in the shapes that their makers document."""

from __future__ import annotations

LLAMA = "llama"


def metrics(
    requests: int = 120,
    read: int = 108_000,
    written: int = 132_000,
    *,
    model: str = LLAMA,
    old: bool = False,
    extra: str = "",
) -> str:
    """A scrape: nine of ten first tokens within half a second, the rest within two."""
    of = f'model_name="{model}"'
    hits = "vllm:gpu_prefix_cache_hits" if old else "vllm:prefix_cache_hits"
    tpot = "vllm:time_per_output_token_seconds" if old else "vllm:inter_token_latency_seconds"
    usage = "vllm:gpu_cache_usage_perc" if old else "vllm:kv_cache_usage_perc"
    return f"""# HELP vllm:prompt_tokens_total Number of prefill tokens processed.
# TYPE vllm:prompt_tokens_total counter
vllm:prompt_tokens_total{{engine="0",{of}}} {read}.0
vllm:generation_tokens_total{{engine="0",{of}}} {written}.0
vllm:request_success_total{{engine="0",finished_reason="stop",{of}}} {requests - 20}.0
vllm:request_success_total{{engine="0",finished_reason="length",{of}}} 20.0
{hits}_total{{{of}}} {read // 10}.0
{usage}{{{of}}} 0.25
vllm:time_to_first_token_seconds_bucket{{le="0.5",{of}}} {requests * 9 // 10}.0
vllm:time_to_first_token_seconds_bucket{{le="2.0",{of}}} {requests}.0
vllm:time_to_first_token_seconds_bucket{{le="+Inf",{of}}} {requests}.0
vllm:time_to_first_token_seconds_count{{{of}}} {requests}.0
{tpot}_bucket{{le="0.05",{of}}} {written}.0
{tpot}_bucket{{le="+Inf",{of}}} {written}.0
{tpot}_count{{{of}}} {written}.0
process_start_time_seconds 1.79e+09
{extra}"""


OPENAI = """start_time,model,num_model_requests,input_tokens,output_tokens,input_cached_tokens
1764028800,gpt-4o-mini,100,90000,110000,9000
1764115200,gpt-4o-mini,20,"18,000",22000,1800
"""
AZURE = """Date,MeterName,Quantity,UnitOfMeasure,CostInBillingCurrency,BillingCurrencyCode
2026-11-24,gpt 4o mini Inp glbl Tokens,97.2,1K,0.0146,USD
2026-11-24,gpt 4o mini cached Inp glbl Tokens,10.8,1K,0.0008,USD
2026-11-24,gpt 4o mini Outp glbl Tokens,0.132,1M,0.0792,USD
2026-11-24,Standard S1 Unit,24,1 Hour,8.1,USD
"""
OWN = """question,model,state,input_tokens,cached_input_tokens,output_tokens,cost_usd
"How much,
and when?",tiny,finished,900,0,1100,0.5
Why?,tiny,finished,1100,100,900,0.25
Failed?,tiny,failed,,,,
"""
