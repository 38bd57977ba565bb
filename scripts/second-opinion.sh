#!/usr/bin/env bash
# Runs the store's contract suite on SecantusDB, a MongoDB-compatible server of other authors (PyPI, Python >= 3.10).
# Installs it into a temporary folder, starts it on a free port of loopback, stops it by its process id.
# Exit code: that of the suite; 3 when the server cannot be installed or started.
set -euo pipefail
cd "$(dirname "$0")/.."

version=0.7.0b3
work=$(mktemp -d)
server=''

finish() {
  if [[ -n $server ]] && kill -0 "$server" 2>/dev/null; then
    kill "$server"
    wait "$server" 2>/dev/null || true
  fi
  rm -rf "$work"
}
trap finish EXIT

unable() {
  echo "second opinion: $1" >&2
  exit 3
}

python3 -m venv "$work/venv" || unable 'python3 with venv is needed'
"$work/venv/bin/pip" install --quiet --disable-pip-version-check "SecantusDB==$version" ||
  unable "SecantusDB $version cannot be installed"

port=$(node -e "const s = require('net').createServer(); s.listen(0, '127.0.0.1', () => { console.log(s.address().port); s.close(); })")
# Standalone: without the flag it announces a replica set of one.
"$work/venv/bin/secantusd-py" --host 127.0.0.1 --port "$port" --storage-path "$work/data" --standalone \
  >"$work/server.log" 2>&1 &
server=$!

for _ in $(seq 100); do
  # Another process may have taken the port meanwhile: ours must be alive and say that it listens.
  kill -0 "$server" 2>/dev/null || { cat "$work/server.log" >&2; unable 'the server ended'; }
  if node -e "require('net').connect($port, '127.0.0.1').on('connect', () => process.exit(0)).on('error', () => process.exit(1))"; then
    ready=yes
    break
  fi
  sleep 0.2
done
[[ ${ready:-} == yes ]] || unable 'the server does not answer'
sleep 0.5
kill -0 "$server" 2>/dev/null || { cat "$work/server.log" >&2; unable 'the server ended'; }

MONGODB_URI="mongodb://127.0.0.1:$port" STORE_CONTRACT_SERVER=secantus \
  npx vitest run test/store/contract.test.ts
