#!/bin/sh
# Makes the contracts of this checkout the released ones: from then on nothing may break them. Run
# when a release is made, after `./mvnw verify -pl proto`, and committed with it; see README.md.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
buf=$here/target/buf
released=$here/released/contracts.txtpb
export BUF_CACHE_DIR="$here/target/buf-cache"
cd "$here"

# What was released stays released: an image that takes something back is not written.
[ ! -e "$released" ] || "$buf" breaking --against "$released"
"$buf" build --exclude-source-info --as-file-descriptor-set -o "$here/target/contracts.txtpb"
{
  echo "# The contracts as last released, written by release.sh and by nothing else."
  echo "# proto-file: google/protobuf/descriptor.proto"
  echo "# proto-message: google.protobuf.FileDescriptorSet"
  cat "$here/target/contracts.txtpb"
} > "$released"
