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
    smoke_transport
    smoke_sinkhorn
    smoke_estimate
    smoke_mmot
    smoke_demo
    smoke_reproduce
    smoke_samples
    pyramidot no-such-verb
    check "no such verb: exit code 2" exits_with 2
}

smoke_transport() {
    local quarter=0000803e half=0000003f minus=000080bf
    # Row 0 serves columns 0 and 1, row 1 column 2: 0.25 x 1 + 0.25 x 3 + 0.5 x 1.
    npy '<f4' '(2, 3)' "$f1 $f3 $f5  $f4 $f2 $f1" > "$work/costs.npy"
    npy '<f4' '(2,)' "$half $half" > "$work/rows.npy"
    npy '<f4' '(1, 3)' "$quarter $quarter $half" > "$work/columns.npy"
    npy '<f4' '(2,)' "$f2 $minus" > "$work/negative.npy"
    npy '<f4' '(2,)' "$f1 $f1" > "$work/heavy.npy"
    pyramidot transport "$work/costs.npy" --a "$work/rows.npy" --b "$work/columns.npy" --json --out "$work/plan.csv"
    check "transport: exit code 0" exits_with 0
    check "transport: one JSON object on stdout" is_one_object
    check "transport: nothing on stderr" is_silent err
    check "transport: cost and dual" json_has '"problems":1,"costs":\[1\.5\],"duals":\[1\.(5|49999|50000)[0-9]*\],"maxGap":[0-9.E-]+,"status":\["optimal"\],"seconds":[0-9]'
    check "transport: the plan" test "$(tr '\n' ' ' < "$work/plan.csv")" = "problem,row,column,mass 0,0,0,0.25 0,0,1,0.25 0,1,2,0.5 "
    pyramidot transport "$work/two.npy" --json
    check "transport, equal weights: a third of the assignment" json_has '"costs":\[1\.66666[0-9]*,null\],"duals":\[1\.66666[0-9]*,null\]'
    check "transport, equal weights: one infeasible" json_has '"status":\["optimal","infeasible"\]'

    refused "transport, NaN" transport "$work/nan.npy" --json --out "$work/none.csv"
    refused "transport, a negative weight" transport "$work/costs.npy" --a "$work/negative.npy"
    check "transport, a negative weight: names file, problem, row" grep -qF "negative.npy: the weight of problem 0, row 1 is -1" "$work/err"
    refused "transport, totals that differ" transport "$work/costs.npy" --a "$work/heavy.npy" --b "$work/columns.npy" --out "$work/none.csv"
    refused "transport, weights of the other side" transport "$work/costs.npy" --a "$work/columns.npy"
    refused "transport, the plan over an input" transport "$work/costs.npy" --b "$work/columns.npy" --out "$work/columns.npy"
    check "transport, refused: no plan" test ! -e "$work/none.csv"
}

smoke_sinkhorn() {
    # Equal weights, epsilon 1/2: off the diagonal the plan has 1 / (1 + e^2) in all, which is the cost.
    npy '<f4' '(2, 2)' "$f0 $f1  $f1 $f0" > "$work/swap.npy"
    pyramidot sinkhorn "$work/swap.npy" --epsilon 0.5 --json --out "$work/plan.npy"
    check "sinkhorn: exit code 0" exits_with 0
    check "sinkhorn: one JSON object on stdout" is_one_object
    check "sinkhorn: nothing on stderr" is_silent err
    check "sinkhorn: cost and value" json_has '"problems":1,"costs":\[0\.11920[0-9]*\],"values":\[0\.28310[0-9]*\],'
    check "sinkhorn: error, iterations, status" json_has '"marginalErrors":\[[0-9.E-]+\],"iterations":\[[0-9]+\],"status":\["optimal"\],"seconds":[0-9]'
    check "sinkhorn: the plan's shape" grep -aqF "'shape': (1, 2, 2)" "$work/plan.npy"
    check "sinkhorn: the plan's size" test "$(wc -c < "$work/plan.npy")" = $((128 + 16))
    pyramidot sinkhorn "$work/costs.npy" --a "$work/rows.npy" --b "$work/columns.npy" --epsilon 0.01 --relative --max-iterations 1 --json
    check "sinkhorn, one iteration: exit code 0" exits_with 0
    check "sinkhorn, one iteration: says so" json_has '"iterations":\[1\],"status":\["iteration-limit"\]'
    pyramidot sinkhorn "$work/costs.npy" --a "$work/heavy.npy" --b "$work/columns.npy" --epsilon 0.5 --penalty 1 --json
    check "sinkhorn, a penalty: totals may differ" json_has '"status":\["optimal"\]'

    refused "sinkhorn, no epsilon" sinkhorn "$work/swap.npy"
    refused "sinkhorn, epsilon 0" sinkhorn "$work/swap.npy" --epsilon 0
    refused "sinkhorn, NaN" sinkhorn "$work/nan.npy" --epsilon 1 --out "$work/none.npy"
    refused "sinkhorn, totals that differ" sinkhorn "$work/costs.npy" --a "$work/heavy.npy" --b "$work/columns.npy" --epsilon 1 --out "$work/none.npy"
    check "sinkhorn, refused: no plan" test ! -e "$work/none.npy"
}

smoke_estimate() {
    # Four points in the plane; the copy has the rows 3, 2, 0, 1 of the cloud.
    npy '<f4' '(4, 2)' "$f0 $f0  $f1 $f0  $f0 $f5  $f4 $f4" > "$work/cloud.npy"
    npy '<f4' '(4, 2)' "$f4 $f4  $f0 $f5  $f0 $f0  $f1 $f0" > "$work/shuffled.npy"
    npy '<f4' '(4, 1)' "$f0 $f1 $f2 $f3" > "$work/line.npy"
    npy '<f4' '(3, 2)' "$f0 $f0 $f1 $f0 $f0 $f5" > "$work/three.npy"
    npy '<i4' '(4,)' "00000000 01000000 02000000 03000000" > "$work/labels.npy"
    pyramidot estimate "$work/cloud.npy" "$work/shuffled.npy" --scheme interleaving --batch-size 2 --passes 2 --json --pairs "$work/pairs.csv" \
        --source-labels "$work/labels.npy" --target-labels "$work/labels.npy"
    check "estimate: exit code 0" exits_with 0
    check "estimate: one JSON object on stdout" is_one_object
    check "estimate: nothing on stderr" is_silent err
    check "estimate: names the engine" json_has '"engine":"[^"]+"'
    check "estimate: four pairs in two batches" json_has '"scheme":"interleaving","batchSize":2,"pairs":4,"batches":2,"p":2,'
    check "estimate: a shuffled copy is at distance 0" json_has '"pooledDistance":0(\.0)?,"meanOfBatchDistance":0(\.0)?,"labelAgreement":0(\.0)?,'
    check "estimate: two passes" json_has '"passes":\[\{"pooledDistance":0(\.0)?,"meanOfBatchDistance":0(\.0)?\},\{[^]]*\}\]'
    check "estimate: has a gap and seconds" json_has '"solver":"exact","maxGap":[0-9.E-]+,"buildSeconds":[0-9.E-]+,"solveSeconds":[0-9.E-]+'
    check "estimate: the pairs" test "$(sed 1d "$work/pairs.csv" | cut -d, -f1,2 | sort | tr '\n' ' ')" = "0,2 1,3 2,1 3,0 "
    pyramidot estimate "$work/cloud.npy" "$work/three.npy" --solver sinkhorn --json
    check "estimate, masses and entropy: exit code 0" exits_with 0
    check "estimate, masses and entropy: names the solver" json_has '"solver":"sinkhorn"'
    pyramidot estimate "$work/cloud.npy" "$work/three.npy" --unpaired drop --json
    check "estimate, surplus dropped: three pairs" json_has '"pairs":3,'

    refused "estimate, other dimensions" estimate "$work/cloud.npy" "$work/line.npy" --json
    refused "estimate, NaN" estimate "$work/nan.npy" "$work/nan.npy"
    refused "estimate, no such file" estimate "$work/cloud.npy" "$work/missing.npy"
    refused "estimate, batch size 0" estimate "$work/cloud.npy" "$work/shuffled.npy" --batch-size 0
    refused "estimate, one file of labels" estimate "$work/cloud.npy" "$work/shuffled.npy" --source-labels "$work/labels.npy"
    refused "estimate, pairs over an input" estimate "$work/cloud.npy" "$work/shuffled.npy" --pairs "$work/cloud.npy"

    pyramidot match "$work/cloud.npy" "$work/shuffled.npy" --gap 0 --out "$work/matched.csv" --json
    check "match: exit code 0" exits_with 0
    check "match: one JSON object on stdout" is_one_object
    check "match: a shuffled copy is at distance 0" json_has '"distance":0(\.0)?,"lowerBound":0(\.0)?,.*"gap":0(\.0)?,"end":"optimal"'
    check "match: the pairs" test "$(sed 1d "$work/matched.csv" | cut -d, -f1,2 | sort | tr '\n' ' ')" = "0,2 1,3 2,1 3,0 "
    refused "match, other sizes" match "$work/cloud.npy" "$work/three.npy" --json

    pyramidot flow "$work/cloud.npy" "$work/three.npy" --scheme random --batch-size 4 --passes 3 --residual-at 1,3 --json --checkpoint "$work/flow.bin"
    check "flow: exit code 0" exits_with 0
    check "flow: one JSON object on stdout" is_one_object
    check "flow: nothing on stderr" is_silent err
    check "flow: tells what is left" json_has '"residuals":\{"0":[0-9.]+,"1":[0-9.]+,"3":[0-9.]+\},"certified":[0-9.E-]+,"residualKind":"exact"'
    check "flow: has seconds" json_has '"seconds":[0-9]'
    pyramidot flow "$work/cloud.npy" "$work/shuffled.npy" --rate 0.5 --passes 1 --out "$work/moved.npy" --json
    check "flow: a shuffled copy is at distance 0 and stays there" json_has '"residuals":\{"0":0(\.0)?,"1":0(\.0)?\}'
    check "flow: the moved cloud" cmp -s <(tail -c 32 "$work/cloud.npy") <(tail -c 32 "$work/moved.npy")
    refused "flow, a checkpoint of another flow" flow "$work/cloud.npy" "$work/shuffled.npy" --checkpoint "$work/flow.bin" --json
    pyramidot map "$work/cloud.npy" "$work/shuffled.npy" --pairs "$work/matched.csv" --points "$work/three.npy" --out "$work/mapped.npy" --json \
        --source-labels "$work/labels.npy" --target-labels "$work/labels.npy"
    check "map: exit code 0" exits_with 0
    check "map: one JSON object on stdout" is_one_object
    check "map: nothing moves, and no label is right" json_has '"coupling":"file","pairs":4,"points":3,"unmapped":0,"displacement":0(\.0)?,"labelled":4,"compared":4,"accuracy":0(\.0)?,'
    check "map: points that were points of the cloud" cmp -s <(tail -c 24 "$work/mapped.npy") <(tail -c 24 "$work/three.npy")
    pyramidot map "$work/cloud.npy" "$work/shuffled.npy" --reverse --by match --json
    check "map, a computed coupling: exit code 0" exits_with 0
    refused "map, NaN" map "$work/cloud.npy" "$work/shuffled.npy" --points "$work/nan.npy" --json
    refused "map, labels of the wrong side" map "$work/cloud.npy" "$work/shuffled.npy" --target-labels "$work/labels.npy"

    pyramidot generate labelled-mixture --points 200 --dims 3 --clusters 4 --seed 1 --out "$work/sample" --json
    check "generate: exit code 0" exits_with 0
    check "generate: tells the files" json_has '"files":\[\{"path":"[^"]*sample-source.npy","type":"float32","shape":\[200,3\]\}'
    pyramidot estimate "$work/sample-source.npy" "$work/sample-target.npy" --json \
        --source-labels "$work/sample-source-labels.npy" --target-labels "$work/sample-target-labels.npy"
    check "generate: estimate reads what it wrote" json_has '"pairs":200,.*"labelAgreement":[01]'
    refused "generate, no such kind" generate marbles --points 5 --out "$work/marbles"
}

smoke_mmot() {
    # Three points at bins 0, 1 and 2: at range 2.
    npy '<f4' '(3, 3)' "$f1 $f0 $f0  $f0 $f1 $f0  $f0 $f0 $f1" > "$work/points.npy"
    pyramidot mmot "$work/points.npy" --json --plan "$work/cells.csv"
    check "mmot: exit code 0" exits_with 0
    check "mmot: one JSON object on stdout" is_one_object
    check "mmot: nothing on stderr" is_silent err
    check "mmot: the value and its certificate" json_has '"values":\[2(\.0)?\],"dualGap":0(\.0)?,"cost":"range","seconds":[0-9]'
    check "mmot: the plan" test "$(tr '\n' ' ' < "$work/cells.csv")" = "problem,bin0,bin1,bin2,mass 0,0,1,2,1 "
    pyramidot mmot "$work/points.npy" --cost variance --minimize 20 --rate 0.1 --decay 0.9 --out "$work/alike.npy" --json
    check "mmot, minimised: exit code 0" exits_with 0
    check "mmot, minimised: nearer" json_has '"values":\[2(\.0)?\],"dualGap":0(\.0)?,"cost":"variance","finalValues":\[[01](\.[0-9E-]+)?\]'
    check "mmot, minimised: the histograms' size" test "$(wc -c < "$work/alike.npy")" = $((128 + 72))
    refused "mmot, totals that differ" mmot "$work/cloud.npy"
    refused "mmot, NaN" mmot "$work/nan.npy"
    refused "mmot, no rate" mmot "$work/points.npy" --minimize 5
    refused "mmot, a power below 1" mmot "$work/points.npy" --cost pair --power 0.5
    refused "mmot, no such cost" mmot "$work/points.npy" --cost price
    refused "mmot, the gradient over the input" mmot "$work/points.npy" --gradient "$work/points.npy"
}

smoke_demo() {
    pyramidot demo --out "$work/demo.html"
    check "demo: exit code 0" exits_with 0
    check "demo: nothing on stderr" is_silent err
    check "demo: ten rows of overlapping clouds" test "$(grep -cE '^overlapping.* +[0-9.]+$' "$work/out")" = 10
    check "demo: ten rows of disjoint clouds" test "$(grep -cE '^disjoint.* +[0-9.]+$' "$work/out")" = 10
    check "demo: the exact distance" grep -qE 'exact +4000 +[0-9.]+ +1\.000 +[0-9.]+ +1\.000' "$work/out"
    check "demo: the page has three pictures" test "$(grep -o '<svg' "$work/demo.html" | wc -l)" = 3
    check "demo: the page ends" grep -q '</html>' "$work/demo.html"
    check "demo: the page needs no script" test "$(grep -c '<script' "$work/demo.html")" = 0
}

smoke_reproduce() {
    pyramidot reproduce mmot --quick --out "$work/mmot" --json
    check "reproduce: exit code 0" exits_with 0
    check "reproduce: one JSON object on stdout" is_one_object
    check "reproduce: nothing on stderr" is_silent err
    check "reproduce: tells the files" json_has '"experiment":"mmot","engine":"[^"]+","seed":0,"quick":true,"files":\["[^"]*mmot.html"'
    check "reproduce: the page has its pictures" test "$(grep -o '<svg' "$work/mmot/mmot.html" | wc -l)" = 16
    check "reproduce: a table" grep -q '^d-MMOT, closed form' <(tr -d '"' < "$work/mmot/mmot-e2.csv")
    pyramidot reproduce all --quick --out "$work/all" --json
    check "reproduce all: exit code 0" exits_with 0
    check "reproduce all: one JSON object on stdout" is_one_object
    check "reproduce all: nothing on stderr" is_silent err
    local pages page
    pages=$(grep -oE 'href="[a-z0-9]+\.html"' "$work/all/index.html" | sort -u | cut -d'"' -f2)
    check "reproduce all: the index leads to every experiment" test "$(wc -l <<< "$pages")" = "$(grep -o '"experiment":' "$work/out" | wc -l)"
    for page in $pages; do
        check "reproduce all: $page ends" grep -q '</html>' "$work/all/$page"
        check "reproduce all: $page has pictures" grep -q '<svg' "$work/all/$page"
        check "reproduce all: $page needs no script" test "$(grep -c '<script' "$work/all/$page")" = 0
    done
    pyramidot reproduce mmot --quick --out "$work/all" --json
    check "reproduce, again: trials are kept" json_has '"trials":20,"keptTrials":20,'
    refused "reproduce, an option of another experiment" reproduce mmot --out "$work/other" --images a.csv b.csv
    check "reproduce table2: pyramids agree more often than chance" awk -F, '/^10,/ { more = $5 > 2 * $2 } END { exit !more }' "$work/all/table2-counterparts.csv"
    refused "reproduce, no such experiment" reproduce gravity --out "$work/gravity"
    check "reproduce, refused: no folder" test ! -e "$work/gravity"
}

smoke_samples() {
    local sample=samples/FairTraining/bin/Release/net10.0/FairTraining.dll
    status=0
    dotnet "$sample" --quick > "$work/fair" 2> "$work/err" || status=$?
    check "FairTraining: exit code 0" exits_with 0
    check "FairTraining: four tables" test "$(grep -c ' groups, ' "$work/fair")" = 4
    check "FairTraining: each penalty at each weight, for two and nine groups" test "$(grep -cE '^(none|multi-marginal|demographic parity|equalised odds|W2 to barycentre) ' "$work/fair")" = 18
    check "FairTraining: the penalty brings the groups nearer" awk '/^none / { without = $NF } /^multi-marginal +1 / { rows++; if ($NF + 0 < without * 0.75) nearer++ } END { exit !(rows == 2 && nearer == 2) }' "$work/fair"
    check "FairTraining: no number is missing" test "$(grep -cE 'NaN|∞' "$work/fair")" = 0
    dotnet "$sample" --quick --groups 2 > "$work/again" 2> "$work/err" || true
    check "FairTraining: the same again" cmp -s "$work/again" <(head -c "$(wc -c < "$work/again")" "$work/fair")
    status=0
    dotnet "$sample" --groups 3 > "$work/out" 2> "$work/err" || status=$?
    check "FairTraining, a number of groups it has not: exit code 2" exits_with 2
    sample=samples/ColourTransfer/bin/Release/net10.0/ColourTransfer.dll
    status=0
    dotnet "$sample" --samples 1000 --out "$work/result.ppm" > "$work/out" 2> "$work/err" || status=$?
    check "ColourTransfer: exit code 0" exits_with 0
    check "ColourTransfer: the colours come near the palette's" awk '/before/ { found = $(NF - 1) < $(NF - 3) / 20 } END { exit !found }' "$work/out"
    check "ColourTransfer: three pictures" test "$(head -qc 2 "$work/picture.ppm" "$work/palette.ppm" "$work/result.ppm")" = P6P6P6
    dotnet "$sample" "$work/picture.ppm" "$work/palette.ppm" --samples 1000 --out "$work/again.ppm" > "$work/out" 2> "$work/err" || true
    check "ColourTransfer: the same from files" cmp -s "$work/result.ppm" "$work/again.ppm"
    status=0
    dotnet "$sample" "$work/cloud.npy" "$work/palette.ppm" > "$work/out" 2> "$work/err" || status=$?
    check "ColourTransfer, no picture: exit code 2" exits_with 2
}
