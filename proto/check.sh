#!/bin/sh
# Judges the contracts: they compile, follow the lint rules, are formatted, and break no client of
# the last release. First argument: the buf program. Run by `./mvnw verify`; see README.md.
set -eu

buf=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
here=$(cd "$(dirname "$0")" && pwd)
work=$here/target
released=$here/released/contracts.txtpb
export BUF_CACHE_DIR="$work/buf-cache"
cd "$here"

# Artifacts of a repository carry no exec bit.
chmod +x "$buf"
"$buf" build -o "$work/pigpig.binpb"
"$buf" lint
"$buf" format --diff --exit-code
"$buf" breaking --against "$released"

# A check that has nothing to compare with says nothing either: one violation is planted each time.
planted=$work/planted
rm -rf "$planted"
mkdir -p "$planted/pigpig/stock/v1"
cp buf.yaml "$planted/"
cp -r pigpig "$planted/"
sed 's/int64 total = 2;/int32 total = 2;/' pigpig/stock/v1/stock_service.proto \
  > "$planted/pigpig/stock/v1/stock_service.proto"
if said=$(cd "$planted" && "$buf" breaking --against "$released" 2>&1); then
  echo "proto: a field whose type changed went through: the breaking check is idle" >&2
  exit 1
fi
case $said in
  *'on message "StockLevel" changed type from "int64" to "int32"'*) ;;
  *)
    echo "proto: the breaking check failed of something else than what was planted: $said" >&2
    exit 1
    ;;
esac
echo "proto: breaks nothing that the last release promised, and would have said so"
