# docker build -t dinero-mcp .
# docker run -i --rm -e DINERO_CLIENT_ID -e DINERO_CLIENT_SECRET -e DINERO_API_KEY dinero-mcp

FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /source
COPY requirements/runtime.txt requirements/build.txt requirements/
RUN python -m venv /opt/dinero-mcp \
    && /opt/dinero-mcp/bin/python -m pip install --require-hashes -r requirements/runtime.txt \
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
RUN useradd --uid 10001 --create-home dinero
ENV PATH=/opt/dinero-mcp/bin:$PATH
USER 10001
WORKDIR /home/dinero
# Starts the server in its own process and asks it for its tools: no network, no credentials.
HEALTHCHECK --interval=5m --timeout=30s CMD ["dinero-mcp", "tools"]
ENTRYPOINT ["dinero-mcp"]
CMD ["serve"]
