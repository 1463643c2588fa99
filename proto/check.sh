#!/bin/sh
# Judges the contracts: they compile, follow the lint rules, are formatted, and break no client of
# the last release. First argument: the buf program. Run by `./mvnw verify`; see README.md.
set -eu

buf=$1
here=$(cd "$(dirname "$0")" && pwd)
work=$here/target
export BUF_CACHE_DIR="$work/buf-cache"
cd "$here"

# Artifacts of a repository carry no exec bit.
chmod +x "$buf"
"$buf" build -o "$work/pigpig.binpb"
"$buf" lint
"$buf" format --diff --exit-code

# A tag is reachable only where git is and the clone is not too shallow; a source archive has none.
tag=
if command -v git >/dev/null 2>&1 && git rev-parse --git-dir >/dev/null 2>&1; then
  tag=$(git describe --tags --match 'v*' --abbrev=0 HEAD 2>/dev/null || true)
  if [ -z "$tag" ]; then
    tag=$(git tag --list 'v*' --sort=-version:refname | head -n 1)
  fi
fi
if [ -z "$tag" ]; then
  echo "proto: no release tag v* is reachable from here, so there is nothing to break yet"
  exit 0
fi
if ! git cat-file -e "$tag:./buf.yaml" 2>/dev/null; then
  echo "proto: release $tag has no contracts, so there is nothing to break"
  exit 0
fi
rm -rf "$work/released"
mkdir -p "$work/released"
git archive --output="$work/released.tar" "$tag" .
tar -xf "$work/released.tar" -C "$work/released"
"$buf" breaking --against "$work/released"
echo "proto: breaks nothing that $tag promised"
