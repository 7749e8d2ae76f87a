//! The input that took longest. No test looks at it: it is for whoever reads the report.

use std::fs;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::Target;

/// Remembers the slowest run, and keeps its input as `<folder>/input`, its time as `<folder>/microseconds`.
pub struct Slowest {
    folder: Option<PathBuf>,
    longest: Mutex<Duration>,
}

impl Slowest {
    /// Keeps it in the folder that `FUZZ_SLOWEST` names, or nowhere.
    pub fn from_environment() -> Self {
        Self { folder: std::env::var_os("FUZZ_SLOWEST").map(PathBuf::from), longest: Mutex::default() }
    }

    /// Runs a target on an input.
    pub fn run(&self, target: Target, data: &[u8]) {
        let time = timed(target, data);
        let mut longest = self.longest.lock().unwrap();
        // A tenth more, so that the disk is left alone.
        if time > *longest + *longest / 10 {
            // The scheduler takes its time as well: only what is slow each time is slow itself.
            let again = (0..4).map(|_| timed(target, data)).min().unwrap_or(time);
            let time = time.min(again);
            if time <= *longest {
                return;
            }
            *longest = time;
            if let Some(folder) = &self.folder {
                let written = fs::create_dir_all(folder)
                    .and_then(|()| fs::write(folder.join("input"), data))
                    .and_then(|()| fs::write(folder.join("microseconds"), time.as_micros().to_string()));
                written.unwrap_or_else(|fault| panic!("FUZZ_SLOWEST: {fault}"));
            }
        }
    }
}

fn timed(target: Target, data: &[u8]) -> Duration {
    let begin = Instant::now();
    target(data);
    begin.elapsed()
}
