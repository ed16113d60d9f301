#!/usr/bin/env bash
# A real Slurm of two nodes on this machine, without systemd, cgroups or root: to try a job array, and for the tests.
#
#   test/slurm/cluster.sh start DIR    starts munged, slurmctld and the nodes n1, n2; all they write is in DIR
#   test/slurm/cluster.sh run DIR CMD  runs a command there (or: export SLURM_CONF=DIR/slurm.conf)
#   test/slurm/cluster.sh stop DIR     cancels every job, ends all of it
#   test/slurm/cluster.sh kill-node DIR n1   as if its power went: slurmd and its jobs get a SIGKILL; Slurm calls it down after SlurmdTimeout (10 s)
#   test/slurm/cluster.sh start-node DIR n1  switches it on again
#
# Needs Debian's packages slurmctld, slurmd, slurm-client and munge. DIR must be empty or not exist, its path without blanks, as slurm.conf has no quotes.
set -euo pipefail

usage() {
  sed -n '2,12s/^# \{0,1\}//p' "$0" >&2
  exit 2
}
fail() {
  echo "cluster: $1" >&2
  exit 1
}

[ $# -ge 2 ] || usage
command=$1
[[ $2 != *[[:space:]]* ]] || fail "$2: a path without blanks is required"
mkdir -p "$2"
dir=$(cd "$2" && pwd -P)
shift 2
export SLURM_CONF=$dir/slurm.conf
export PATH=$PATH:/usr/sbin:/sbin

free_ports() {
  node -e '
    const { createServer } = require("node:net");
    const servers = Array.from({ length: 3 }, () => createServer().listen(0, "127.0.0.1"));
    Promise.all(servers.map((s) => new Promise((done) => s.once("listening", done)))).then(() => {
      console.log(servers.map((s) => s.address().port).join(" "));
      for (const s of servers) s.close();
    });'
}

configure() {
  local user ports
  user=$(id -un)
  read -r -a ports <<<"$(free_ports)"
  cat >"$SLURM_CONF" <<CONF
ClusterName=two
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmctldPort=${ports[0]}
SlurmUser=$user
SlurmdUser=$user
AuthType=auth/munge
# A credential lives seconds here: slurmctld sends a new batch script to a node only when the last one's credentials have expired.
AuthInfo=socket=$dir/munge.socket,cred_expire=5
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=batch_sched_delay=0,sched_min_interval=0,bf_interval=1
SlurmdTimeout=10
ReturnToService=2
MaxArraySize=1001
StateSaveLocation=$dir/state
SlurmctldPidFile=$dir/slurmctld.pid
SlurmctldLogFile=$dir/slurmctld.log
SlurmdPidFile=$dir/%n.pid
SlurmdLogFile=$dir/%n.log
SlurmdSpoolDir=$dir/spool-%n
NodeName=n1 NodeHostname=$(hostname -s) NodeAddr=127.0.0.1 Port=${ports[1]} CPUs=1 State=UNKNOWN
NodeName=n2 NodeHostname=$(hostname -s) NodeAddr=127.0.0.1 Port=${ports[2]} CPUs=1 State=UNKNOWN
PartitionName=main Nodes=n1,n2 Default=YES MaxTime=60 State=UP
CONF
}

start_munge() {
  # munged wants a folder that others may enter, and its own key.
  chmod 711 "$dir"
  head -c 1024 /dev/urandom >"$dir/munge.key"
  chmod 400 "$dir/munge.key"
  munged --force --socket="$dir/munge.socket" --key-file="$dir/munge.key" --pid-file="$dir/munge.pid" --log-file="$dir/munge.log" --seed-file="$dir/munge.seed" 2>>"$dir/munge.err" \
    || fail "munged did not start: $(tail -n 1 "$dir/munge.err")"
}

start_node() {
  mkdir -p "$dir/spool-$1"
  slurmd -N "$1" || fail "slurmd of $1 did not start: $(tail -n 1 "$dir/$1.log")"
}

# The processes of a job carry the node's name; their session is that of the daemon that watches over them.
kill_node() {
  kill -9 "$(cat "$dir/$1.pid")" 2>/dev/null || true
  local environment session
  for environment in /proc/[0-9]*/environ; do
    { tr '\0' '\n' <"$environment" | grep -qx "SLURMD_NODENAME=$1"; } 2>/dev/null || continue
    { tr '\0' '\n' <"$environment" | grep -qx "SLURM_CONF=$SLURM_CONF"; } 2>/dev/null || continue
    # It may have ended since.
    session=$(ps -o sid= -p "$(basename "$(dirname "$environment")")" | tr -d ' ') || true
    [ -z "$session" ] || pkill -9 -s "$session" || true
  done
}

wait_for_nodes() {
  for _ in $(seq 150); do
    [ "$(sinfo --noheader --Node --format=%T 2>/dev/null | grep -c '^idle$')" = 2 ] && return
    sleep 0.1
  done
  fail "the nodes are not idle after 15 s: see $dir/*.log"
}

# A process that has ended may stay in the table where nobody waits for it.
is_running() {
  local state
  state=$(ps -o stat= -p "$1") && [[ $state != Z* ]]
}

end_process() {
  local pid
  pid=$(cat "$1" 2>/dev/null) || return 0
  kill "$pid" 2>/dev/null || return 0
  for _ in $(seq 100); do
    is_running "$pid" || return 0
    sleep 0.1
  done
  kill -9 "$pid" 2>/dev/null || true
}

case $command in
  start)
    [ -z "$(ls -A "$dir")" ] || fail "$dir is not empty"
    for program in munged slurmctld slurmd sbatch; do
      command -v $program >/dev/null || fail "$program is missing: apt-get install slurmctld slurmd slurm-client munge"
    done
    configure
    start_munge
    mkdir "$dir/state"
    slurmctld || fail "slurmctld did not start: $(tail -n 1 "$dir/slurmctld.log")"
    start_node n1
    start_node n2
    wait_for_nodes
    echo "export SLURM_CONF=$SLURM_CONF"
    ;;
  start-node) start_node "$1" ;;
  kill-node) kill_node "$1" ;;
  run) exec "$@" ;;
  stop)
    [ -f "$SLURM_CONF" ] || fail "no cluster in $dir"
    scancel --user="$(id -un)" 2>/dev/null || true
    for name in n1 n2 slurmctld munge; do end_process "$dir/$name.pid"; done
    ;;
  *) usage ;;
esac
