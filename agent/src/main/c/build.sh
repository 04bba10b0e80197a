#!/bin/sh
# build.sh SOURCES FOLDER : compiles every C file in SOURCES into FOLDER, one program each. Static where
# the C library allows it, so that one binary runs on any Linux with the same kind of processor.
sources=$1
folder=$2
cc=${CC:-cc}
if ! command -v "$cc" >/dev/null 2>&1; then
    echo "The process guard needs a C compiler; install one, for instance: apt-get install gcc libc6-dev" >&2
    exit 1
fi
mkdir -p "$folder" || exit 1
compile() {
    "$cc" -std=gnu11 -O2 -Wall -Wextra -s -pthread "$@" -lm 2>"$said"
}
for source in "$sources"/*.c; do
    [ -e "$source" ] || continue
    name=$(basename "$source" .c)
    program=$folder/$name
    [ "$program" -nt "$source" ] && continue
    fresh=$(dirname "$folder")/$name.new
    said=$(dirname "$folder")/$name.said
    compile -static -o "$fresh" "$source" || compile -o "$fresh" "$source" || { cat "$said" >&2; exit 1; }
    cat "$said" >&2
    rm -f "$said"
    mv "$fresh" "$program" || exit 1
done
