//! The runner for machines without a C++ compiler: mutates the corpus at random, not guided by coverage.
//!
//! `blind TARGET SECONDS CORPUS DICTIONARY CRASHES`; `FUZZ_SEED` repeats a run. An input that fails is written to the folder
//! `CRASHES`, and the exit code is then 1.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

use edge_sts_fuzz::{Slowest, target};

/// Bytes of an input, at most: what a request may have, and a little more.
const LONGEST: usize = 66_000;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, seconds, corpus, dictionary, crashes] = arguments.as_slice() else {
        panic!("blind TARGET SECONDS CORPUS DICTIONARY CRASHES");
    };
    let target = target(name).expect("the name of a target");
    let end = Duration::from_secs(seconds.parse().expect("a number of seconds"));
    let seeds = read_folder(Path::new(corpus));
    let words = words(&fs::read_to_string(dictionary).expect("a dictionary"));
    let mut random = Random::from_environment();
    let slowest = Slowest::from_environment();
    let begin = Instant::now();
    let mut runs = 0_u64;
    while begin.elapsed() < end {
        let input = mutated(&mut random, &seeds, &words);
        if catch_unwind(AssertUnwindSafe(|| slowest.run(target, &input))).is_err() {
            let file = Path::new(crashes).join(format!("crash-{:016x}", random.next()));
            fs::create_dir_all(crashes).and_then(|()| fs::write(&file, &input)).expect("a folder to write to");
            eprintln!("Test unit written to {}", file.display());
            std::process::exit(1);
        }
        runs += 1;
    }
    eprintln!("stat::number_of_executed_units: {runs}");
    eprintln!("stat::average_exec_per_sec: {}", runs / begin.elapsed().as_secs().max(1));
}

fn read_folder(path: &Path) -> Vec<Vec<u8>> {
    let entries = fs::read_dir(path).expect("a corpus");
    let mut files: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    files.iter().map(|file| fs::read(file).expect("an input")).collect()
}

/// The words of a dictionary of libFuzzer: `"text"` on lines of their own, with `\xHH`, `\"` and `\\`.
fn words(dictionary: &str) -> Vec<Vec<u8>> {
    let quoted = dictionary.lines().filter_map(|line| line.trim().strip_prefix('"')?.strip_suffix('"'));
    quoted.map(unescaped).collect()
}

fn unescaped(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match (byte, byte == b'\\') {
            (_, true) => match rest.next() {
                Some(b'x') => {
                    let digits: String = rest.by_ref().take(2).map(char::from).collect();
                    u8::from_str_radix(&digits, 16).expect("two hexadecimal digits")
                }
                other => other.expect("what is escaped"),
            },
            (byte, false) => byte,
        });
    }
    bytes
}

fn mutated(random: &mut Random, seeds: &[Vec<u8>], words: &[Vec<u8>]) -> Vec<u8> {
    let mut input = random.choice(seeds).clone();
    for _ in 0..=random.below(6) {
        let at = random.below(input.len() + 1);
        let end = (at + random.below(16)).min(input.len());
        match random.below(8) {
            0 if at < input.len() => input[at] ^= 1 << random.below(8),
            1 if at < input.len() => input[at] = random.next() as u8,
            2 => drop(input.drain(at..end)),
            3 => drop(input.splice(at..end, random.choice(words).iter().copied())),
            4 => drop(input.splice(at..at, random.choice(words).iter().copied())),
            5 => {
                let again = input[at..end].repeat(1 + random.below(40));
                drop(input.splice(at..at, again));
            }
            6 => {
                let other = random.choice(seeds);
                let from = random.below(other.len() + 1);
                drop(input.splice(at.., other[from..].iter().copied()));
            }
            _ => input.insert(at, random.next() as u8),
        }
    }
    input.truncate(LONGEST);
    input
}

/// SplitMix64.
struct Random(u64);

impl Random {
    fn from_environment() -> Self {
        let seed = std::env::var("FUZZ_SEED").ok().map(|seed| seed.parse().expect("FUZZ_SEED is a number"));
        let seed = seed.unwrap_or_else(|| {
            SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |time| time.as_micros() as u64)
        });
        eprintln!("FUZZ_SEED={seed}");
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }

    fn choice<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}
