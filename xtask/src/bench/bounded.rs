use std::{
    fs::{self, File},
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};

/// How often a process is looked at.
const INTERVAL: Duration = Duration::from_millis(2);

/// The number of processes that are looked at: more than cargo starts for one package.
const MAX_PROCESSES: usize = 100;

/// A process that has ended, or was stopped at its time limit.
pub(super) struct Ended {
    /// None if it was stopped.
    pub(super) status: Option<ExitStatus>,
    pub(super) time: Duration,
    /// The most memory that it, or a process that it started, had at one time. None where the system does not tell.
    pub(super) peak_bytes: Option<u64>,
    pub(super) stderr: String,
}

/// Runs a program until it ends or has taken too long. Its output goes to a file.
pub(super) fn run(command: &mut Command, limit: Duration, stdout: &Path) -> Result<Ended> {
    let errors = stdout.with_extension("stderr");
    let create = |path: &Path| File::create(path).with_context(|| format!("cannot write {}", path.display()));
    command.stdin(Stdio::null()).stdout(create(stdout)?).stderr(create(&errors)?);
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    let start = Instant::now();
    let mut child = command.spawn().with_context(|| format!("cannot start {command:?}"))?;
    let mut peak_bytes = None;
    let status = loop {
        peak_bytes = peak_bytes.max(peak_of(child.id()));
        if let Some(status) = child.try_wait()? {
            break Some(status);
        }
        if start.elapsed() > limit {
            stop(&mut child)?;
            break None;
        }
        thread::sleep(INTERVAL);
    };
    let stderr = String::from_utf8_lossy(&fs::read(&errors)?).into_owned();
    Ok(Ended { status, time: start.elapsed(), peak_bytes, stderr })
}

/// Stops a process and, where the system has groups of them, what it has started.
fn stop(child: &mut Child) -> Result<()> {
    if cfg!(unix) {
        Command::new("kill").args(["-KILL", "--", &format!("-{}", child.id())]).status()?;
    } else {
        child.kill()?;
    }
    child.wait()?;
    Ok(())
}

/// Returns the most memory that a running process, or one that it has started and that runs, has had so far.
fn peak_of(process: u32) -> Option<u64> {
    let status = |process| fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    with_children(process).into_iter().filter_map(|process| high_water_mark(&status(process))).max()
}

/// Returns a running process, and those that any of its threads has started.
fn with_children(process: u32) -> Vec<u32> {
    let mut processes = vec![process];
    let mut next = 0;
    while let Some(process) = processes.get(next).filter(|_| processes.len() < MAX_PROCESSES) {
        for thread in fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten() {
            let children = fs::read_to_string(thread.path().join("children")).unwrap_or_default();
            processes.extend(children.split_whitespace().filter_map(|id| id.parse::<u32>().ok()));
        }
        next += 1;
    }
    processes
}

fn high_water_mark(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse::<u64>().ok()?.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn a_program_that_does_not_end_is_stopped_with_what_it_has_started() {
        let folder = tempfile::tempdir().unwrap();
        let (output, id) = (folder.path().join("output"), folder.path().join("id"));
        let script = format!("sleep 1000 & echo $! > {}; wait", id.display());
        let ended = run(Command::new("sh").args(["-c", &script]), Duration::from_millis(300), &output).unwrap();
        assert!(ended.status.is_none());
        let id = fs::read_to_string(id).unwrap();
        // A process without a parent that waits for it stays there as a zombie.
        let is_running = || {
            let state = Command::new("ps").args(["-o", "stat=", "-p", id.trim()]).output().unwrap().stdout;
            !state.is_empty() && !state.starts_with(b"Z")
        };
        while is_running() {
            thread::sleep(INTERVAL);
        }
    }

    #[test]
    #[cfg(unix)]
    fn the_output_of_a_program_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let output = folder.path().join("output");
        let mut command = Command::new("sh");
        let ended = run(command.args(["-c", "echo out; echo err >&2; exit 3"]), Duration::MAX, &output).unwrap();
        assert_eq!(ended.status.unwrap().code(), Some(3));
        assert_eq!((fs::read_to_string(output).unwrap(), ended.stderr), ("out\n".to_owned(), "err\n".to_owned()));
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_process_is_looked_at_with_those_that_its_threads_have_started() {
        let start = || Command::new("sleep").arg("1000").spawn().unwrap();
        let mut child = thread::spawn(start).join().unwrap();
        let processes = with_children(std::process::id());
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(processes.contains(&child.id()), "{processes:?}");
    }

    #[test]
    fn peak_memory_is_read_from_the_status_of_a_process() {
        assert_eq!(high_water_mark("Name:\ta\nVmHWM:\t    1234 kB\nVmRSS:\t 5 kB\n"), Some(1234 * 1024));
        assert_eq!(high_water_mark(""), None);
    }
}
