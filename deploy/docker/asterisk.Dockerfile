# Asterisk 22 of Debian, configured at each start by `outpace asterisk run` from the node's settings.
FROM debian:forky-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN apt-get update && apt-get install --yes --no-install-recommends python3-venv
WORKDIR /src
COPY requirements.lock pyproject.toml README.md LICENSE ./
RUN python3 -m venv /all && /all/bin/pip install --require-hashes -r requirements.lock
COPY tools/runtime_lock.py tools/
RUN /all/bin/python tools/runtime_lock.py > runtime.lock
RUN python3 -m venv /opt/outpace && /opt/outpace/bin/pip install --require-hashes -r runtime.lock
COPY pacing pacing
COPY dialer dialer
COPY agi agi
COPY api api
COPY simulation simulation
COPY asterisk-conf asterisk-conf
RUN /all/bin/pip wheel --no-deps --no-build-isolation --wheel-dir /wheels . \
    && /opt/outpace/bin/pip install --no-deps /wheels/*.whl

FROM debian:forky-slim
RUN apt-get update \
    && apt-get install --yes --no-install-recommends asterisk python3 tini \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 outpace \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /var/lib/outpace outpace \
    && install --directory --owner outpace --group outpace --mode 0700 /var/lib/outpace
COPY --from=build /opt/outpace /opt/outpace
ENV PATH=/opt/outpace/bin:/usr/sbin:/usr/bin:/sbin:/bin PYTHONUNBUFFERED=1 OUTPACE_HOME=/var/lib/outpace
USER 10001:10001
VOLUME /var/lib/outpace
STOPSIGNAL SIGTERM
ENTRYPOINT ["tini", "--"]
CMD ["outpace", "asterisk", "run"]
