#!/usr/bin/env bash
# The longest time for which a caller of bin/latency was ready to run and did not (Linux, as root, tracefs mounted). Start it,
# and then bin/latency with one pool, one round and platform threads: it waits for the JVM that measures, traces the scheduler
# from the end of the warm-up until that JVM ends, in memory, and only then reads the trace.
set -euo pipefail
if [[ $# -ne 1 || ! $1 =~ ^[0-9]+$ ]]; then
  echo "usage: $0 WARM-UP: the whole seconds of bin/latency's --warm-up" >&2
  exit 2
fi
measuring=dev.cenote.bench.latency.Measurement
trace=/sys/kernel/tracing/instances/cenote-delays # with buffers and switches of its own
mkdir "$trace"
trap 'rmdir "$trace"' EXIT
echo 0 > "$trace/tracing_on"
echo mono > "$trace/trace_clock"
echo 250000 > "$trace/buffer_size_kb" # of each processor: some 10 s
echo 1 > "$trace/events/sched/sched_switch/enable"
echo 1 > "$trace/events/sched/sched_wakeup/enable"

until pgrep -f "$measuring" > /dev/null; do sleep 0.1; done
sleep "$1"
echo 1 > "$trace/tracing_on"
while pgrep -f "$measuring" > /dev/null; do sleep 0.1; done
echo 0 > "$trace/tracing_on"
if grep -h 'overrun: [1-9]' "$trace"/per_cpu/cpu*/stats; then
  echo "the buffers were too small: record fewer seconds" >&2
  exit 1
fi
awk '
  function field(name) { value = $0; sub(".*" name "=", "", value); sub(" .*", "", value); return value }
  match($0, /[0-9]+\.[0-9]+: sched_/) {
    now = substr($0, RSTART, RLENGTH - 8) * 1000
    if (/: sched_wakeup:/) {
      pid = field(" pid")
      if (!(pid in readySince)) readySince[pid] = now
      next
    }
    switches++
    previous = field("prev_pid")
    if (/prev_state=R/) readySince[previous] = now; else delete readySince[previous]
    following = field("next_pid")
    if (following in readySince) {
      delay = now - readySince[following]
      delete readySince[following]
      if (/next_comm=Thread-/ && delay > longest) longest = delay
    }
  }
  END { printf "%d context switches; a caller that was ready ran after %.1f ms at the latest\n", switches, longest }
' "$trace/trace"
