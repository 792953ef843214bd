"""Benchmarks: `script/bench [NAME …]`. One module a benchmark, each with `run(short) -> list[Figure]`.

A benchmark compares within one interleaved run (A B A B …), since machines differ and are noisy.
"""
