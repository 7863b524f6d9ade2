# shellcheck shell=bash
# What eng/test says of its test runs: totals, messages of failed tests, and a second run of the few that failed.
passed=0 failed=0 skipped=0 complaints=() unsteady=()
suspects=() # the runs with failed tests: name, report, exit status, log and number, separated by tabs
results=artifacts/test-results
details=$results/failures.txt # what went wrong, shown at the end
again_at_most=3

attribute() { grep -so '<assembly [^>]*>' "$1" | grep -o " $2=\"[0-9]*\"" | grep -o '[0-9]*' || echo 0; }

# failures REPORT LINES: prints each failed test and the first LINES lines of its message. With "methods" in place of LINES: the methods alone.
failures() {
    python3 - "$@" <<'PYTHON'
import re, sys, xml.etree.ElementTree as xml

unescape = lambda text: re.sub(r'\\(["\\])', r"\1", text or "")
for part in xml.parse(sys.argv[1]).iter():
    failure = part.find("failure")
    if failure is None:
        continue
    if sys.argv[2] == "methods":
        print(f"{part.get('type')}.{part.get('method')}")
        continue
    message = re.sub(r"^[\w.]+ : ", "", unescape(failure.findtext("message"))).strip().splitlines()
    print(f"    {unescape(part.get('name'))}")
    for line in message[: int(sys.argv[2])]:
        print(f"        {line[:500]}")
PYTHON
}

# complain NAME WHAT REPORT LOG: notes a failure for the end, with the messages of the failed tests. Without any, the end of the log says what went wrong.
complain() {
    local messages brief=
    if messages=$(failures "$3" 40 2>/dev/null) && [ -n "$messages" ]; then brief=$'\n'$(failures "$3" 2); else messages=$(tail -40 "$4" | sed 's/^/    /'); fi
    printf '%s: %s\n%s\n' "$1" "$2" "$messages" >>"$details"
    complaints+=("$1: $2$brief")
}

# count REPORT STATUS NAME LOG: adds a run's report to the totals. An incomplete report, or a bad exit status without a failed test, counts as one failure.
count() {
    local report=$1 status=$2 name=$3 log=$4 bad=1 is_complete=
    if grep -qs '</assemblies>' "$report"; then
        bad=$(($(attribute "$report" failed) + $(attribute "$report" errors)))
        passed=$((passed + $(attribute "$report" passed)))
        skipped=$((skipped + $(attribute "$report" skipped)))
        if [ "$bad" != 0 ]; then is_complete=1; elif [ "$status" != 0 ]; then bad=1; fi
    fi
    if [ "$bad" = 0 ]; then return; fi
    if [ -n "$is_complete" ] && [ "$bad" -le $again_at_most ]; then
        suspects+=("$name"$'\t'"$report"$'\t'"$status"$'\t'"$log"$'\t'"$bad")
    else
        failed=$((failed + bad))
        complain "$name" "$bad failed (exit status $status)" "$report" "$log"
    fi
}

# repeat_failed COMMAND: runs the few tests that failed once more, by themselves, when nothing else runs. These machines stop for seconds at a time, which a test of 4,000 is bound to meet
# in a way that its author did not foresee. A test that passes then is unsteady: it counts as passed, and is shown with what went wrong as a defect to mend. COMMAND NAME REPORT
# FILTER... runs tests of the run NAME again.
repeat_failed() {
    local name report status log bad methods suspect
    for suspect in "${suspects[@]}"; do
        IFS=$'\t' read -r name report status log bad <<<"$suspect"
        methods=$(failures "$report" methods | sort -u)
        say "$name: once more what failed"
        # shellcheck disable=SC2046,SC2086 # names of methods have no spaces
        if "$1" "$name" "${report%.xml}-again.xml" $(printf -- '-method %s ' $methods) && [ "$(attribute "${report%.xml}-again.xml" passed)" -ge "$bad" ]; then
            passed=$((passed + bad))
            unsteady+=("$name"$'\n'"$(failures "$report" 40)")
        else
            failed=$((failed + bad))
            complain "$name" "$bad failed, also when repeated (exit status $status)" "$report" "$log"
        fi
    done
}
