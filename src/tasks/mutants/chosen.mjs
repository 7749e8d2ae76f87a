// The module that the copy has beside what the crate has: which mutant is chosen, and which were reached.

/** The environment variables that the copy reads. */
export const VARIABLES = { number: "MUTANT", reached: "MUTANTS_REACHED" };

/** `src/mutant.rs` of the copy, which has mutants up to this number. */
export function chosenModule(highest) {
  return `//! Which mutant runs: that whose number is in the environment. Which were reached: appended to a file.
extern crate std;
use core::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::{env, fs::File, io::Write, sync::OnceLock};

static CHOSEN: OnceLock<usize> = OnceLock::new();
static NOTES: OnceLock<Option<File>> = OnceLock::new();
static REACHED: [AtomicBool; ${highest + 1}] = [const { AtomicBool::new(false) }; ${highest + 1}];

pub(crate) fn is(number: usize) -> bool {
    if !REACHED[number].swap(true, Relaxed) && let Some(mut notes) = notes() {
        notes.write_all(std::format!("{number}\\n").as_bytes()).unwrap();
    }
    *CHOSEN.get_or_init(|| env::var("${VARIABLES.number}").map_or(0, |number| number.parse().unwrap())) == number
}

fn notes() -> Option<&'static File> {
    let open = || {
        let path = env::var_os("${VARIABLES.reached}")?;
        Some(File::options().append(true).create(true).open(path).unwrap())
    };
    NOTES.get_or_init(open).as_ref()
}
`;
}
