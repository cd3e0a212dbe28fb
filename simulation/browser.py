"""Chromium for tests and screenshots: this machine's, or one in a folder of our own.

Refuses to know what is looked at with it.
"""

import shutil
from pathlib import Path
from typing import Final

from dialer.adapters.asterisk.layout import Architecture
from dialer.adapters.unpacked_program import ProgramInstallFailed, UnpackedProgram

ARGUMENTS: Final = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--autoplay-policy=no-user-gesture-required",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--allow-loopback-in-peer-connection",
)
"""What it is started with beside a test: a microphone that needs no permission, and nothing that
calls home."""


def _start_script(architecture: Architecture) -> str:
    triplet = architecture.triplet
    return f"""#!/bin/sh
# Runs the Chromium of this folder with this machine's libraries, and the folder's for the rest.
root=${{0%/*}}
libraries=$root/usr/lib/{triplet}
path=/usr/lib/{triplet}:/lib/{triplet}:$libraries:$root/lib/{triplet}
LD_LIBRARY_PATH=$path:$libraries/nss:$libraries/pulseaudio:$root/usr/lib/chromium
FONTCONFIG_FILE=$root/fonts.conf
export LD_LIBRARY_PATH FONTCONFIG_FILE
if [ ! -e "$FONTCONFIG_FILE" ]; then
  cat > "$FONTCONFIG_FILE.$$" <<END
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir prefix="relative">usr/share/fonts</dir>
<cachedir prefix="xdg">fontconfig</cachedir></fontconfig>
END
  mv "$FONTCONFIG_FILE.$$" "$FONTCONFIG_FILE"
fi
exec "$root/usr/lib/chromium/chromium" "$@"
"""


CHROMIUM: Final = UnpackedProgram(
    name="chromium",
    wanted=("chromium", "fonts-dejavu-core", "fonts-droid-fallback"),
    kept=("usr/lib", "lib", "usr/share/fonts"),
    script=_start_script,
    otherwise="install chromium",
    own_suite=True,
)


def find_chromium() -> Path | None:
    """Return a Chromium that is here already; None: there is none. Changes nothing."""
    ours = shutil.which("chromium")
    return Path(ours) if ours else CHROMIUM.find()


def main() -> int:
    """Put a Chromium in place, unless there is one; tests that need one are skipped without."""
    try:
        print(find_chromium() or CHROMIUM.install(say=lambda line: print(line, flush=True)))
    except ProgramInstallFailed as failed:
        print(f"without a browser: {failed}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
