"""Writes the contract into docs/openapi.json, from the routes.

    python -m tools.make_openapi             # refuses what breaks the contract that is there
    python -m tools.make_openapi --breaking  # all the same: say so in the CHANGELOG

Refuses to know what breaks (`tools.openapi_changes`).
"""

import argparse
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final

from api.app import create_app
from api.world import World
from tools.openapi_changes import breaking

CONTRACT: Final = Path(__file__).resolve().parent.parent / "docs" / "openapi.json"


@cache
def present() -> dict[str, Any]:
    """Return the contract of the routes as they are."""
    contract: dict[str, Any] = create_app(_never_opened).openapi()
    contract["info"]["version"] = "1"  # of the contract, not of the program
    return contract


def committed() -> dict[str, Any]:
    """Return the contract that is kept; an empty one if there is none."""
    if not CONTRACT.exists():
        return {}
    kept: dict[str, Any] = json.loads(CONTRACT.read_text(encoding="utf-8"))
    return kept


def text_of(contract: dict[str, Any]) -> str:
    """Return a contract as it is kept."""
    return json.dumps(contract, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


@asynccontextmanager
async def _never_opened() -> AsyncIterator[World]:
    raise RuntimeError("a contract is read, not served")
    yield


def main() -> int:
    """Write the contract, or say what breaks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--breaking", action="store_true", help="write it all the same")
    allowed = parser.parse_args().breaking
    contract = present()
    broken = breaking(committed(), contract)
    if broken and not allowed:
        print("\n".join(broken), file=sys.stderr)
        return 1
    CONTRACT.write_text(text_of(contract), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
