"""espeak-ng in a folder of our own: fetched as Asterisk is, without root, run by its own loader.

Refuses to know what is spoken with it.
"""

from pathlib import Path
from typing import Final

from dialer.adapters.asterisk.layout import Architecture
from dialer.adapters.unpacked_program import Say, UnpackedProgram


def _start_script(architecture: Architecture) -> str:
    triplet, loader = architecture.triplet, architecture.loader
    return f"""#!/bin/sh
# Runs the espeak-ng of this folder by the loader, the libraries and the voices of this folder.
root=${{0%/*}}
path=
for folder in "$root/usr/lib/{triplet}" "$root/lib/{triplet}"; do
  if [ -d "$folder" ]; then path=${{path:+$path:}}$folder:$folder/pulseaudio; fi
done
loader=$root/usr/lib/{triplet}/{loader}
if [ ! -e "$loader" ]; then loader=$root/lib/{triplet}/{loader}; fi
ESPEAK_DATA_PATH=$root/usr/lib/{triplet}
export ESPEAK_DATA_PATH
exec "$loader" --library-path "$path" "$root/usr/bin/espeak-ng" "$@"
"""


ESPEAK: Final = UnpackedProgram(
    name="espeak-ng",
    wanted=("espeak-ng",),
    kept=("usr/lib", "usr/lib64", "lib", "lib64", "usr/bin/espeak-ng"),
    script=_start_script,
    otherwise="install espeak-ng, or set OUTPACE_SPEECH_COMMAND",
)


def find_espeak(cache: Path | None = None) -> Path | None:
    """Return the espeak-ng of an unpacked tree; None: there is none. Changes nothing."""
    return ESPEAK.find(cache)


def install(cache: Path | None = None, say: Say = lambda _line: None) -> Path:
    """Return espeak-ng; the first time it is downloaded and unpacked; see `UnpackedProgram`."""
    return ESPEAK.install(cache, say)
