#!/usr/bin/env bash
# Checks the patch series of a base, patches/qemu-*, by itself: its style, and that
# QEMU compiles with it for every target that it touches. The fuzz targets link
# one target of QEMU; this finds the caller that was forgotten in another one.
set -euo pipefail

usage() {
    cat <<'EOT'
usage: series-check.sh style SRC [SERIES]
       series-check.sh compile SRC BUILD [--each PRISTINE]

  style    runs SRC's checkpatch.pl on each patch; a warning is a failure
  compile  compiles the .c files that the series changes, for each target that
           they belong to, and the common objects of accel/tcg and system
  --each   compiles after each patch instead, in a copy of PRISTINE that is
           patched step by step (BUILD.src, removed at the end); SRC is then
           only compared with the series

  SRC      a QEMU source tree with the whole series applied; its version says
           which series
  SERIES   that of another tree, which is not at hand: its directory in patches/
  BUILD    the build directory; what it holds is kept, and used again
  PRISTINE the QEMU source tree that the series applies to

Environment: CC (clang), CXX (clang++), JOBS (one for each processor), and
ccache's own variables.
EOT
}

patches_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/../patches" && pwd)
series_dir=     # of the base of SRC
callers_re='\<tlb_set_page(_with_attrs|_full)?[[:space:]]*\('
stamp_name=series-check.stamp

patches=()      # the series, in order, as named in the file 'series'
scratch=        # a directory for temporary files
half_built=     # a build directory that is being configured
copy=           # the copy of PRISTINE that --each patches
passed=0
failed=0

die() {
    printf 'series-check: %s\n' "$*" >&2
    exit 2
}

ok() {
    passed=$((passed + 1))
    printf 'ok %s\n' "$*"
}

fail() {
    failed=$((failed + 1))
    printf 'FAIL %s\n' "$*"
}

cleanup() {
    local d
    for d in "$scratch" "$half_built" "$copy"; do
        if [ -n "$d" ]; then rm -rf -- "$d"; fi
    done
}

finish() {
    printf 'series-check %s: %d ok, %d failed\n' "$1" "$passed" "$failed"
    [ "$failed" -eq 0 ]
}

need() {
    local tool
    for tool in "$@"; do
        command -v "$tool" >/dev/null || die "'$tool' not found in PATH: install it"
    done
}

qemu_tree() { # NAME DIR: prints DIR as an absolute path
    [[ -f $2/scripts/checkpatch.pl && -d $2/configs/targets ]] ||
        die "$1: '$2' is not a QEMU source tree: give the top directory of one"
    (cd "$2" && pwd -P)
}

read_series() {
    local line
    [ -r "$series_dir/series" ] || die "$series_dir/series: cannot be read: the series file lists the patches"
    while IFS= read -r line || [ -n "$line" ]; do
        line=${line%%#*}
        read -r line <<<"$line" # trims
        [ -n "$line" ] || continue
        [ -r "$series_dir/$line" ] || die "$series_dir/series: '$line' cannot be read: add the patch, or remove the line"
        patches+=("$line")
    done <"$series_dir/series"
    [ "${#patches[@]}" -gt 0 ] || die "$series_dir/series: lists no patch: nothing to check"
    # From here on a copy, so that a series that is edited during a long run is not read half old, half new.
    mkdir "$scratch/series"
    (cd "$series_dir" && cp --parents -- "${patches[@]}" "$scratch/series")
    series_dir=$scratch/series
}

# Prints the files that exist because of, or are changed by, the named patches.
changed_files() {
    local p
    for p in "$@"; do cat "$series_dir/$p"; done | awk '
        # A file header is a pair of lines: a "+++" alone may be a line of code.
        /^--- / { old = $2; next }
        /^\+\+\+ / && old != "" {
            if ($2 == "/dev/null") delete files[substr(old, 3)]
            else files[substr($2, 3)] = 1
        }
        /^rename from / { delete files[substr($0, 13)] }
        /^rename to / { files[substr($0, 11)] = 1 }
        { old = "" }
        END { for (f in files) print f }' | LC_ALL=C sort
}

# ---------------------------------------------------------------- style

check_style() { # SRC
    local p out rc first
    need perl
    for p in "${patches[@]}"; do
        rc=0
        out=$(perl "$1/scripts/checkpatch.pl" --root="$1" --patch --strict --terse --color=never \
            "$series_dir/$p" 2>&1) || rc=$?
        # Not the exit code alone: whether warnings set it has changed over time.
        if [ "$rc" -eq 0 ] && ! grep -qE '(ERROR|WARNING): ' <<<"$out"; then
            ok "checkpatch $p"
        else
            first=$(grep -m1 -E '(ERROR|WARNING): ' <<<"$out" || head -n1 <<<"$out")
            fail "checkpatch $p: $(grep -cE '(ERROR|WARNING): ' <<<"$out" || true) problem(s), the first: ${first#"$series_dir/$p:"}"
        fi
    done
}

# ---------------------------------------------------------------- compile

# SRC must be what the series makes: compiling another tree would prove nothing.
check_applied() { # SRC
    local dir=$scratch/applied f i out
    mkdir "$dir"
    while IFS= read -r f; do
        [ -f "$1/$f" ] || continue
        mkdir -p "$dir/$(dirname "$f")"
        cp "$1/$f" "$dir/$f"
    done < <(changed_files "${patches[@]}")
    for ((i = ${#patches[@]} - 1; i >= 0; i--)); do
        if ! out=$(run_patch "$dir" "${patches[i]}" -R); then
            fail "applied ${patches[i]}: SRC does not hold it as it is: $out"
            return
        fi
    done
    ok "applied: SRC holds all ${#patches[@]} patches"
}

# Applies a patch of the series; prints, in one line, why that failed.
run_patch() { # DIR PATCH [OPTION...]
    local out
    # patch, not git: in a directory below some other repository 'git apply' skips files without a word.
    # No fuzz: a patch that only nearly applies is not the one that was reviewed.
    out=$(patch -d "$1" -p1 --force --fuzz=0 --no-backup-if-mismatch --reject-file=- "${@:3}" \
        <"$series_dir/$2" 2>&1) && return
    awk '/^patching file / { file = $3 ": "; next } /^Hunk .* succeeded/ { next }
        !done { print file $0; done = 1 }' <<<"$out"
    return 1
}

# Prints the targets to configure: for each target/ directory that the series
# changes, one for each word size. (Most conditionals in these files are about
# the word size; byte order is not a matter of the preprocessor there.)
target_list() { # SRC
    local dirs mak arch base bits
    declare -A seen=()
    dirs=" $(changed_files "${patches[@]}" | sed -n 's|^target/\([^/]*\)/.*|\1|p' | uniq | tr '\n' ' ')"
    for mak in "$1"/configs/targets/*-softmmu.mak; do
        arch=$(sed -n 's/^TARGET_ARCH=[[:space:]]*//p' "$mak")
        base=$(sed -n 's/^TARGET_BASE_ARCH=[[:space:]]*//p' "$mak")
        bits=$(sed -n 's/^TARGET_LONG_BITS=[[:space:]]*//p' "$mak")
        base=${base:-$arch}
        [[ $dirs == *" $base "* && -z ${seen[$base/$bits]:-} ]] || continue
        seen[$base/$bits]=1
        basename "$mak" .mak
    done
}

# QEMU's configure takes meson from the Python that it is given when it may not download one.
python_with_meson() {
    local py
    while IFS= read -r py; do
        if "$py" -c 'import mesonbuild' 2>/dev/null; then
            printf '%s\n' "$py"
            return
        fi
    done < <(type -aP python3)
}

# The line of a log that says best why a command failed. (With the colon: compiler flags say 'error' too.)
first_problem() { # LOG
    grep -m1 -E '([Ee]rror|ERROR): ' "$1" || grep -v '^ninja: ' "$1" | tail -n1
}

configure_build() { # SRC BUILD
    local src=$1 build=$2 cc=${CC:-clang} list py stamp log
    local -a args
    # Only ${cc%% *} is looked up: CC may hold options.
    need ninja patch nice "${cc%% *}"
    list=$(target_list "$src" | paste -sd,)
    [ -n "$list" ] || die "the series changes no target/ directory of '$src': no target to configure"
    ! command -v ccache >/dev/null || cc="ccache $cc"
    args=(--cc="$cc" --cxx="${CXX:-clang++}" --target-list="$list"
        --disable-download --without-default-features --without-default-devices
        --enable-tcg --enable-plugins --enable-fdt=system --disable-docs --disable-tools
        --disable-guest-agent --disable-install-blobs
        # By default only a git checkout has -Werror. Nobody debugs these objects.
        --enable-werror --disable-debug-info)
    py=$(python_with_meson)
    [ -z "$py" ] || args+=(--python="$py")

    stamp=$(printf '%s\n' "$src" "${args[@]}" "$(${CC:-clang} --version 2>&1 | head -n1)")
    printf 'targets: %s\n' "${list//-softmmu/}"
    if [ "$(cat "$build/$stamp_name" 2>/dev/null)" = "$stamp" ]; then return; fi

    # The stamp, even an empty one, is what marks a directory as ours to delete.
    if [ -e "$build" ] && [ ! -e "$build/$stamp_name" ] && [ -n "$(ls -A "$build")" ]; then
        die "BUILD: '$build' holds something else: give an empty directory, or one that this script made"
    fi
    half_built=$build
    rm -rf -- "$build"
    mkdir -p "$build"
    : >"$build/$stamp_name"
    log=$scratch/configure.log
    # What it tries to compile is never the same twice: without ccache a fifth faster.
    if ! (cd "$build" && CCACHE_DISABLE=1 nice "$src/configure" "${args[@]}") >"$log" 2>&1; then
        die "configure of '$src' failed: $(first_problem "$log"): install what it misses"
    fi
    printf '%s\n' "$stamp" >"$build/$stamp_name"
    half_built=
}

# Prints the files below target/ that call tlb_set_page() or one of its kin.
list_callers() ( # SRC
    cd "$1"
    grep -rlE --include='*.[ch]' --include='*.inc' "$callers_re" target || true
)

# Prints 'source object target' for each object that the build knows, the source relative to SRC.
list_objects() { # SRC BUILD
    "$2/pyvenv/bin/python3" - "$1" "$2/compile_commands.json" <<'PY'
import json, os, sys
src = os.path.realpath(sys.argv[1]) + "/"
for e in json.load(open(sys.argv[2])):
    path = os.path.realpath(os.path.join(e["directory"], e["file"]))
    if path.startswith(src):
        name = e["output"].split("/")[0].removesuffix(".p").removesuffix(".a")
        for prefix in ("libqemu-", "qemu-system-", "lib"):
            if name.startswith(prefix):
                name = name.removeprefix(prefix)
                break
        print(path[len(src):], e["output"], name.removesuffix("-softmmu"))
PY
}

run_ninja() { # BUILD ARGUMENT...
    NINJA_STATUS='[%f/%t] ' nice ninja -C "$1" -j "${JOBS:-$(nproc)}" "${@:2}"
}

# The first error of each object that the ninja log in $1 says has failed: 'object error'.
first_errors() {
    awk '
        /^FAILED: / { obj = $NF; print_it = 1; next }
        /^\[[0-9]+\/[0-9]+\] |^ninja: / { print_it = 0 }
        print_it && /error:/ { print obj, $0; print_it = 0 }' "$1"
}

# Prints a compiler's message with its path, which may be relative to BUILD, made relative to SRC.
tree_relative() { # SRC BUILD MESSAGE
    local path=${3%%:*}
    [[ $path == /* ]] || path=$2/$path
    if [ -e "$path" ]; then
        printf '%s:%s\n' "$(realpath --relative-base="$1" "$path")" "${3#*:}"
    else
        printf '%s\n' "$3"
    fi
}

# Compiles the files $3... of SRC, the callers of tlb_set_page*(), and the common objects; reports each.
check_tree() { # SRC BUILD FILE...
    local src=$1 build=$2 log=$scratch/ninja.log f obj target rc=0 error users
    local -a files found objects=()
    declare -A changed=() source_of=() target_of=() objects_of=() error_of=()
    shift 2
    for f in "$@"; do changed[$f]=1; done
    # What another clone has compiled is not compiled again: paths below the
    # directory that has both are hashed as relative ones.
    if [ -z "${CCACHE_BASEDIR:-}" ]; then
        export CCACHE_BASEDIR=$src
        while [[ $build != "$CCACHE_BASEDIR"/* ]]; do CCACHE_BASEDIR=${CCACHE_BASEDIR%/*}; done
    fi

    # Brings compile_commands.json up to date, for a patch that changes a meson.build.
    if ! run_ninja "$build" build.ninja >"$log" 2>&1; then
        fail "configure: $(first_problem "$log")"
        return
    fi
    while read -r f obj target; do
        source_of[$obj]=$f
        target_of[$obj]=$target
        objects_of[$f]+=" $obj"
    done < <(list_objects "$src" "$build")
    [ "${#source_of[@]}" -gt 0 ] || die "$build/compile_commands.json: names no object of '$src': remove BUILD and run again"

    mapfile -t files < <({ printf '%s\n' "$@"; list_callers "$src"; } | LC_ALL=C sort -u)
    for f in "${files[@]}"; do
        case $f in
        *.c)
            if [ -n "${objects_of[$f]:-}" ]; then
                read -ra found <<<"${objects_of[$f]}"
                objects+=("${found[@]}")
            elif [ -n "${changed[$f]:-}" ]; then
                fail "compile $f: no object of any configured target is made from it"
            else
                fail "compile $f: calls tlb_set_page*(), but the series does not change it and no configured target has it"
            fi ;;
        *.h | *.inc) ;; # looked for below, among what the objects include
        *) printf 'skip %s (not C)\n' "$f" ;;
        esac
    done
    # Every user of the changed headers would be all of QEMU; these are the ones close to them.
    for obj in "${!source_of[@]}"; do
        case ${source_of[$obj]}:$obj in
        *:libqemu-* | *:qemu-system-*) ;;
        accel/tcg/*.c:* | system/*.c:*) objects+=("$obj") ;;
        esac
    done
    mapfile -t objects < <(printf '%s\n' "${objects[@]}" | LC_ALL=C sort -u)

    run_ninja "$build" -k 0 "${objects[@]}" >"$log" 2>&1 || rc=$?
    if [ "$rc" -ne 0 ]; then
        while read -r obj error; do error_of[$obj]=$error; done < <(first_errors "$log")
        # An object that is not in the log is made, or waits for a generated header that cannot be.
        for obj in "${objects[@]}"; do
            if [ -z "${error_of[$obj]:-}" ] && ! run_ninja "$build" "$obj" >"$log" 2>&1; then
                error_of[$obj]=$(first_problem "$log")
            fi
        done
    fi
    while read -r f target obj; do
        if [ -z "${error_of[$obj]:-}" ]; then
            ok "compile $f ($target)"
        else
            fail "compile $f ($target): $(tree_relative "$src" "$build" "${error_of[$obj]}")"
        fi
    done < <(for obj in "${objects[@]}"; do
        printf '%s %s %s\n' "${source_of[$obj]}" "${target_of[$obj]}" "$obj"
    done | LC_ALL=C sort)

    # A header is compiled when something that was compiled includes it. Ninja
    # knows that only of objects that did compile.
    [ "$rc" -eq 0 ] || return 0
    run_ninja "$build" -t deps "${objects[@]}" >"$log" 2>&1 || die "ninja -t deps failed: $(tail -n1 "$log")"
    for f in "${files[@]}"; do
        case $f in
        *.h | *.inc)
            users=$(awk -v f="/$f" 'substr($0, length($0) - length(f) + 1) == f { n++ } END { print n + 0 }' "$log")
            if [ "$users" -gt 0 ]; then
                ok "included $f (objects: $users)"
            else
                fail "included $f: no compiled object includes it"
            fi ;;
        esac
    done
}

check_compile() { # SRC BUILD
    local -a files
    configure_build "$1" "$2"
    check_applied "$1"
    mapfile -t files < <(changed_files "${patches[@]}")
    check_tree "$1" "$2" "${files[@]}"
}

check_each() { # SRC BUILD PRISTINE
    local i out
    local -a files
    # The name is fixed, so that BUILD stays configured for it from run to run.
    mkdir "$2.src" 2>/dev/null ||
        die "$2.src: cannot be made: remove it if a killed run has left it, and no other run uses it"
    copy=$2.src
    # All files get the time of now: objects from the last run were made from patched files, and must not look current.
    tar -C "$3" --exclude=./.git -cf - . | tar -C "$copy" -xmf -
    configure_build "$copy" "$2"
    check_applied "$1"
    for ((i = 0; i < ${#patches[@]}; i++)); do
        out=$(run_patch "$copy" "${patches[i]}") ||
            die "${patches[i]}: does not apply to '$3' after the ${i} patches before it: $out"
        printf -- '--- %d/%d after %s\n' "$((i + 1))" "${#patches[@]}" "${patches[i]}"
        mapfile -t files < <(changed_files "${patches[@]:0:i+1}")
        check_tree "$copy" "$2" "${files[@]}"
    done
}

# ---------------------------------------------------------------- main

main() {
    local src build pristine
    case ${1:-} in
    -h | --help) usage; return ;;
    style) [[ $# -eq 2 || $# -eq 3 ]] || die "style: 'SRC' or 'SRC SERIES' was expected: see --help" ;;
    compile)
        [ $# -eq 3 ] || [[ $# -eq 5 && $4 == --each ]] ||
            die "compile: 'SRC BUILD' or 'SRC BUILD --each PRISTINE' was expected: see --help" ;;
    *) die "'${1:-}': 'style' or 'compile' was expected: see --help" ;;
    esac
    src=$(qemu_tree SRC "$2")
    series_dir=$patches_dir/qemu-$(cut -d . -f 1,2 "$src/VERSION")
    [ -d "$series_dir" ] || series_dir=${series_dir%.*}     # one for all that begin so
    [ "$1" = compile ] || [ $# -eq 2 ] || series_dir=$patches_dir/$3
    trap cleanup EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    scratch=$(mktemp -d)
    read_series
    if [ "$1" = style ]; then
        check_style "$src"
    else
        mkdir -p "$(dirname "$3")"
        build=$(cd "$(dirname "$3")" && pwd -P)/$(basename "$3")
        if [ $# -eq 5 ]; then
            pristine=$(qemu_tree PRISTINE "$5")
            check_each "$src" "$build" "$pristine"
        else
            check_compile "$src" "$build"
        fi
    fi
    finish "$1"
}

main "$@"
