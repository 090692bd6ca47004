# docker build -t dinero-mcp .
# Over stdio, for one person:  docker run -i --rm --no-healthcheck -e DINERO_CLIENT_ID -e DINERO_CLIENT_SECRET -e DINERO_API_KEY dinero-mcp
# Over HTTP, for an office:    compose.yaml

FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /source
# With what sends traces: it is loaded only where OpenTelemetry is set up.
COPY requirements/telemetry.txt requirements/build.txt requirements/
RUN python -m venv /opt/dinero-mcp \
    && /opt/dinero-mcp/bin/python -m pip install --require-hashes -r requirements/telemetry.txt \
    && python -m pip install --require-hashes -r requirements/build.txt
COPY pyproject.toml README.md LICENSE ./
COPY src src
RUN python -m pip wheel --no-build-isolation --no-deps --wheel-dir /wheels . \
    && /opt/dinero-mcp/bin/python -m pip install --no-deps --no-index /wheels/*.whl \
    && /opt/dinero-mcp/bin/python -m pip uninstall --yes pip

FROM python:3.13-slim
LABEL org.opencontainers.image.title="dinero-mcp" \
      org.opencontainers.image.description="Read a Danish company's books in Dinero over MCP: read-only, exact to the øre." \
      org.opencontainers.image.licenses="MIT"
COPY --from=build /opt/dinero-mcp /opt/dinero-mcp
RUN useradd --uid 10001 --no-create-home --home-dir /var/lib/dinero-mcp dinero \
    && install --directory --owner=10001 --group=10001 --mode=0700 /var/lib/dinero-mcp
# Connections are kept here unless DINERO_DATABASE_URL is set; nothing else is ever written but to /tmp.
ENV PATH=/opt/dinero-mcp/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DINERO_DATA_DIRECTORY=/var/lib/dinero-mcp
USER 10001:10001
WORKDIR /var/lib/dinero-mcp
EXPOSE 8000
STOPSIGNAL SIGTERM
# Of `serve --http`. Over stdio nothing listens: start it with --no-healthcheck there.
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import http.client as h; c = h.HTTPConnection('127.0.0.1', 8000, timeout=4); c.request('GET', '/healthz'); raise SystemExit(c.getresponse().status != 200)"]
ENTRYPOINT ["dinero-mcp"]
CMD ["serve"]
