#!/usr/bin/env bash
# Checks that the build finds out by itself whether the package sources serve ILGPU (docs: Directory.Build.targets).
#
# Works on a copy of the tracked files in a temporary folder, with packages roots of its own and two folder sources: `rest`, which has
# what this machine's packages root has except ILGPU, and `ilgpu`, which has empty stand-ins of ILGPU and ILGPU.Algorithms. No
# network. What is checked is the reference and the constant: against empty stand-ins the kernels need not compile.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

check() { # NAME COMMAND...
    local name=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: $name" >&2
    fi
}

not() { ! "$@"; }
holds() { grep -qiF -- "$2" "$1"; }

export NUGET_HTTP_CACHE_PATH="$work/http" DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1
unset HasIlgpu RestoreSources RestorePackagesPath RestoreFallbackFolders 2>/dev/null || true

# --- the sources -------------------------------------------------------------------------------------------------
have=$(dotnet nuget locals global-packages --list | sed 's/^[^:]*: *//')
have=${have%/}
version=$(sed -n 's:.*<IlgpuVersion>\(.*\)</IlgpuVersion>.*:\1:p' "$root/Directory.Packages.props")
if [[ ! -d $have/system.numerics.tensors ]]; then
    echo "FAILED: the packages root has no packages yet: run dotnet restore first" >&2
    exit 1
fi

mkdir -p "$work/rest" "$work/ilgpu" "$work/stand-in"
for package in "$have"/*/; do
    package=$(basename "$package")
    [[ $package == ilgpu* ]] || ln -s "$have/$package" "$work/rest/$package"
done

: > "$work/stand-in/_._"
cat > "$work/stand-in/stand-in.csproj" <<'PROJECT'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>net10.0</TargetFramework>
    <Description>An empty stand-in.</Description>
    <IncludeBuildOutput>false</IncludeBuildOutput>
    <NoWarn>NU5128</NoWarn>
  </PropertyGroup>
  <ItemGroup>
    <None Include="_._" Pack="true" PackagePath="lib/net7.0/" />
  </ItemGroup>
</Project>
PROJECT
for id in ILGPU ILGPU.Algorithms; do
    dotnet pack "$work/stand-in" --source "$work/rest" -v:quiet -o "$work/ilgpu" -p:NoBuild=true -p:PackageId=$id -p:Version="$version" > "$work/log" 2>&1 \
        || { cat "$work/log"; echo "FAILED: no stand-in for $id could be packed" >&2; exit 1; }
done

# --- the copy ----------------------------------------------------------------------------------------------------
copy="$work/copy"
mkdir "$copy"
(cd "$root" && git ls-files -z | while IFS= read -r -d '' f; do [[ ! -f $f ]] || printf '%s\0' "$f"; done | tar -cf - --null -T -) | tar -xf - -C "$copy"
cd "$copy"

kernels=kernels/PyramidOT.Gpu.Kernels
library=src/PyramidOT.Gpu
message="ILGPU $version is not served"

# Restores and evaluates in one command, as the first build of a clean clone does. Leaves $work/PROJECT.json and $work/log.
restore_and_evaluate() { # SOURCES
    local project
    for project in library kernels; do
        NUGET_PACKAGES="$work/packages" RestoreSources="$1" dotnet msbuild "${!project}" -restore -t:CollectPackageReferences -warnaserror -tl:off \
            -flp:"LogFile=$work/log;Append;Verbosity=minimal" \
            -getProperty:HasIlgpu -getProperty:DefineConstants -getItem:ProjectReference -getItem:PackageReference \
            -getResultOutputFile:"$work/$project.json" > "$work/console" 2>&1 || { tail -n 5 "$work/console" >&2; return 1; }
    done
}

world() { # NAME SOURCES
    : > "$work/log"
    check "$1: the build restores and evaluates" restore_and_evaluate "$2" || true
}

has_ilgpu() { # NAME
    check "$1: the library is compiled with HAS_ILGPU" holds "$work/library.json" HAS_ILGPU
    check "$1: the kernels are compiled with HAS_ILGPU" holds "$work/kernels.json" HAS_ILGPU
    check "$1: the kernels reference ILGPU.Algorithms" holds "$work/kernels.json" '"ILGPU.Algorithms"'
    check "$1: the kernels do not reference the simulator" not holds "$work/kernels.json" Simulator.csproj
    for assets in $kernels/obj/project.assets.json $library/obj/project.assets.json; do
        check "$1: $assets has ILGPU" holds "$assets" "\"ILGPU/$version\""
        check "$1: $assets has ILGPU.Algorithms" holds "$assets" "\"ILGPU.Algorithms/$version\""
        check "$1: $assets does not have the simulator" not holds "$assets" PyramidOT.Gpu.Simulator
    done
    check "$1: nothing says that ILGPU is missing" not holds "$work/log" "$message"
    check "$1: the library may be packed" may_pack
}

lacks_ilgpu() { # NAME
    check "$1: the library is compiled without HAS_ILGPU" not holds "$work/library.json" HAS_ILGPU
    check "$1: the kernels are compiled without HAS_ILGPU" not holds "$work/kernels.json" HAS_ILGPU
    check "$1: the kernels do not reference ILGPU" not holds "$work/kernels.json" '"ILGPU'
    check "$1: the kernels reference the simulator" holds "$work/kernels.json" Simulator.csproj
    for assets in $kernels/obj/project.assets.json $library/obj/project.assets.json; do
        check "$1: $assets does not have ILGPU" not holds "$assets" '"ILGPU/'
        check "$1: $assets has the simulator" holds "$assets" PyramidOT.Gpu.Simulator
    done
    check "$1: packing the library is refused" not may_pack
}

may_pack() {
    NUGET_PACKAGES="$work/packages" dotnet msbuild $library -t:RefuseToPackWithoutIlgpu -v:quiet -tl:off > /dev/null 2>&1
}

says_it() { # TIMES
    [[ $(grep -cF "$message" "$work/log") == "$1" ]]
}

clean() {
    rm -rf "$work/packages"
    find . -name obj -type d -prune -exec rm -rf {} +
}

# --- the worlds --------------------------------------------------------------------------------------------------
without="$work/rest"
with="$work/rest;$work/ilgpu"

world "clean clone, ILGPU served" "$with"
has_ilgpu "clean clone, ILGPU served"

world "second restore, ILGPU served" "$with"
has_ilgpu "second restore, ILGPU served"

# In that world nobody needs the simulator, but it is in the solution.
build_simulator() {
    NUGET_PACKAGES="$work/packages" RestoreSources="$with" dotnet build kernels/PyramidOT.Gpu.Simulator -warnaserror -v:quiet -tl:off > "$work/console" 2>&1 \
        || { tail -n 5 "$work/console" >&2; return 1; }
}
check "ILGPU served: the simulator builds on its own" build_simulator

clean
world "clean clone, ILGPU not served" "$without"
lacks_ilgpu "clean clone, ILGPU not served"
check "clean clone, ILGPU not served: it is said once" says_it 1

world "second restore, ILGPU not served" "$without"
lacks_ilgpu "second restore, ILGPU not served"
check "second restore, ILGPU not served: the sources are not asked again that day" says_it 0

world "ILGPU served from now on" "$with"
has_ilgpu "ILGPU served from now on"

rm -rf "$work/packages"
world "ILGPU gone again" "$without"
lacks_ilgpu "ILGPU gone again"
check "ILGPU gone again: it is said once" says_it 1

# The first command of a clean clone may be a run whose output is JSON.
first_run_is_json() {
    NUGET_PACKAGES="$work/packages" RestoreSources="$without" dotnet run --project src/PyramidOT.Gpu.Cli -- info --json > "$work/json" 2> "$work/log" \
        || { grep -m 5 -h "error" "$work/json" "$work/log" >&2; return 1; }
    local text
    text=$(<"$work/json")
    [[ $text == "{"*"}" ]]
}
clean
check "clean clone, ILGPU not served: dotnet run gives JSON and nothing else" first_run_is_json

echo "both worlds: $passed passed, $failed failed"
[[ $failed == 0 ]]
