"""Run every benchmark, each in a process of its own, and print its table.

The names of peers and the bounds stand in each module.
"""

from __future__ import annotations

import subprocess
import sys

MODULES = (
    "frame_load",
    "diversity",
    "study_run",
    "transcripts_in",
    "full_text",
    "qda_exchange",
    "agreement",
    "coding_agreement",
    "within_group",
    "scales",
    "mixtures",
    "importance",
    "imputation",
    "weighting",
    "disclosure_risk",
    "suppression",
    "coding_page",
    "oai",
)

for module in MODULES:
    print(f"--- benchmarks.{module}", flush=True)
    subprocess.run([sys.executable, "-m", f"benchmarks.{module}"], check=True)
