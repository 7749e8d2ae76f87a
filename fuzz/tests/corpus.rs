//! Every input of the committed corpus, past crashes among them, and what comes of each by simple damage: so that neither
//! the targets nor the corpus rot, and what was found once is not found again.

use std::fs;
use std::path::{Path, PathBuf};

use edge_sts_fuzz::TARGETS;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

fn names(path: &Path) -> Vec<String> {
    let entries = fs::read_dir(path).unwrap_or_else(|fault| panic!("{}: {fault}", path.display()));
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn every_input_of_the_corpus() {
    assert_eq!(names(&folder()), TARGETS.map(|(name, _)| name), "one folder for one target");
    for (name, target) in TARGETS {
        let inputs = names(&folder().join(name));
        assert!(inputs.len() >= 3, "{name} has too few seeds");
        for input in inputs {
            eprintln!("{name}/{input}"); // the last one that is shown is the one that failed
            target(&fs::read(folder().join(name).join(&input)).unwrap());
        }
    }
}

#[test]
fn every_seed_damaged() {
    for (name, target) in TARGETS {
        for input in names(&folder().join(name)) {
            let seed = fs::read(folder().join(name).join(&input)).unwrap();
            eprintln!("{name}/{input}");
            for at in (0..seed.len()).step_by(1 + seed.len() / 16) {
                target(&seed[..at]);
                let mut damaged = seed.clone();
                damaged[at] ^= 0x20;
                target(&damaged);
                damaged[at] = b'"';
                target(&damaged);
            }
        }
    }
}
