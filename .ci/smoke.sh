# Sourced by run: the command, as a user calls it. Needs check() and $work, and the Release build.

pyramidot() { # ARGUMENTS... ; leaves $work/out, $work/err and $status
    status=0
    dotnet src/PyramidOT.Gpu.Cli/bin/Release/net10.0/pyramidot.dll "$@" > "$work/out" 2> "$work/err" < /dev/null || status=$?
}

# Writes a .npy file of format version 1 to stdout: DTYPE, SHAPE, data in hex digits.
npy() {
    local header="{'descr': '$1', 'fortran_order': False, 'shape': $2, }"
    local length=$(( (10 + ${#header} + 1 + 63) / 64 * 64 - 10 ))
    printf '\x93NUMPY\x01\x00'
    # shellcheck disable=SC2059
    printf "$(printf '\\x%02x\\x%02x' $((length % 256)) $((length / 256)))"
    printf '%-*s\n' $((length - 1)) "$header"
    # shellcheck disable=SC2059
    printf "$(sed 's/../\\x&/g' <<< "${3// /}")"
}

exits_with() { [[ $status == "$1" ]]; }
json_has() { tr -d ' \n\r\t' < "$work/out" | grep -qE -- "$1"; }
is_one_object() { [[ $(<"$work/out") == "{"*"}" ]]; }
is_silent() { [[ ! -s $work/$1 ]]; }
says() { grep -qiF -- "$1" "$work/out"; }
is_one_line() { [[ $(wc -l < "$work/err") == 1 ]]; }

refused() { # NAME ARGUMENTS... : exit code 2, one line on stderr, nothing on stdout
    local name=$1
    shift
    pyramidot "$@"
    check "$name: exit code 2" exits_with 2
    check "$name: one line on stderr" is_one_line
    check "$name: nothing on stdout" is_silent out
}

smoke() {
    local f0=00000000 f1=0000803f f2=00000040 f3=00004040 f4=00008040 f5=0000a040 infinity=0000807f nan=0000c07f
    local costs="$f4 $f1 $f3  $f2 $f0 $f5  $f3 $f2 $f2" # optimal: 1 + 2 + 2, columns 1, 0, 2
    local version commit

    version=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)
    commit=$(git rev-parse HEAD 2> /dev/null || true)
    pyramidot --version
    check "--version: exit code 0" exits_with 0
    check "--version: tells $version" says "$version"
    check "--version: tells the commit" says "${commit:0:7}"

    pyramidot info
    check "info: exit code 0" exits_with 0
    check "info: lists the host engine" says host
    pyramidot info --json
    check "info --json: exit code 0" exits_with 0
    check "info --json: one JSON object on stdout" is_one_object
    check "info --json: nothing on stderr" is_silent err
    check "info --json: lists the host engine" json_has '"host"'

    npy '<f4' '(3, 3)' "$costs" > "$work/one.npy"
    pyramidot assign "$work/one.npy" --json --out "$work/permutation.npy"
    check "assign: exit code 0" exits_with 0
    check "assign: one JSON object on stdout" is_one_object
    check "assign: nothing on stderr" is_silent err
    check "assign: names the engine" json_has '"engine":"[^"]+"'
    check "assign: one problem" json_has '"problems":1[,}]'
    check "assign: costs 5" json_has '"costs":\[5(\.0)?\]'
    check "assign: optimal" json_has '"status":\["optimal"\]'
    check "assign: has a gap" json_has '"maxGap":[0-9]'
    check "assign: has seconds" json_has '"seconds":[0-9]'
    npy '<i4' '(1, 3)' "01000000 00000000 02000000" > "$work/expected.npy"
    check "assign: the permutation" cmp -s <(tail -c 12 "$work/expected.npy") <(tail -c 12 "$work/permutation.npy")

    npy '<f4' '(2, 3, 3)' "$costs $infinity $infinity $infinity $f1 $f1 $f1 $f1 $f1 $f1" > "$work/two.npy"
    pyramidot assign "$work/two.npy" --json --engine host
    check "assign, a batch: exit code 0" exits_with 0
    check "assign, a batch: two problems" json_has '"problems":2[,}]'
    check "assign, a batch: no cost where there is no assignment" json_has '"costs":\[5(\.0)?,null\]'
    check "assign, a batch: one infeasible" json_has '"status":\["optimal","infeasible"\]'

    npy '<f4' '(2, 2)' "$f1 $f2 $nan $f3" > "$work/nan.npy"
    refused "assign, NaN" assign "$work/nan.npy" --json
    head -c 140 "$work/one.npy" > "$work/truncated.npy"
    refused "assign, a truncated file" assign "$work/truncated.npy"
    echo "not an array" > "$work/text.npy"
    refused "assign, not a .npy file" assign "$work/text.npy"
    refused "assign, no such file" assign "$work/missing.npy" --json
    refused "assign, no such engine" assign "$work/one.npy" --engine abacus
    pyramidot assign
    check "assign without a file: exit code 2" exits_with 2
    pyramidot no-such-verb
    check "no such verb: exit code 2" exits_with 2
}
