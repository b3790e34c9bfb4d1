//! What the guards look at: this repository's root, its packages and its text files.
//!
//! Apart from the guards so that each of them is only its rules; everything here reads and nothing judges.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use cargo_metadata::{Metadata, MetadataCommand};

/// One text file of the repository; `path` is relative to its root and has forward slashes.
pub(crate) struct TextFile {
    pub(crate) path: String,
    pub(crate) text: String,
}

/// Folders that hold what tools wrote, for a checkout without git.
const WRITTEN_BY_TOOLS: &[&str] = &[".git", ".soc", "node_modules", "target"];

/// Asked when the test runs, not when it was compiled: where two checkouts share a target folder, cargo may run the
/// binary that the other one compiled, and the guards would look at the wrong tree.
#[expect(clippy::disallowed_methods, reason = "set by cargo for the test; no setting of ours")]
pub(crate) fn root() -> PathBuf {
    let package =
        std::env::var("CARGO_MANIFEST_DIR").unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").to_owned());
    Path::new(&package).parent().expect("the tests package lies in the root").to_path_buf()
}

pub(crate) fn read(path: &str) -> Result<String> {
    std::fs::read_to_string(root().join(path)).with_context(|| format!("read {path}"))
}

/// The workspace's own packages, without their dependencies: needs neither network nor a filled registry cache.
pub(crate) fn metadata() -> Result<Metadata> {
    MetadataCommand::new()
        .cargo_path(env!("CARGO"))
        .manifest_path(root().join("Cargo.toml"))
        .no_deps()
        .other_options(["--offline".to_owned()])
        .exec()
        .context("run cargo metadata")
}

/// A manifest's folder, relative to the root, with forward slashes.
pub(crate) fn folder_of(manifest: &Path) -> Result<String> {
    let folder = manifest.parent().context("a manifest lies in a folder")?;
    let relative = folder.strip_prefix(root()).with_context(|| format!("locate {}", folder.display()))?;
    Ok(relative.to_string_lossy().replace('\\', "/"))
}

/// Every text file that is, or is about to be, part of the repository. What is not UTF-8 is no text.
pub(crate) fn text_files() -> Result<Vec<TextFile>> {
    let paths = match listed_by_git() {
        Ok(paths) => paths,
        // An unpacked archive has no git folder: everything in it is part of the repository.
        Err(_) => walked()?,
    };
    let mut files = Vec::new();
    for path in paths {
        let bytes = match std::fs::read(root().join(&path)) {
            Ok(bytes) => bytes,
            // Deleted, and the deletion is not committed yet; or a link to a folder.
            Err(_) => continue,
        };
        if let Ok(text) = String::from_utf8(bytes) {
            files.push(TextFile { path, text });
        }
    }
    ensure!(!files.is_empty(), "no text file found below {}", root().display());
    Ok(files)
}

/// New files count before they are added, so that a guard bites before the commit and not after it.
fn listed_by_git() -> Result<Vec<String>> {
    let output = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .context("run git ls-files")?;
    ensure!(output.status.success(), "git ls-files failed");
    let listed = String::from_utf8(output.stdout).context("read the output of git ls-files")?;
    let paths: Vec<String> = listed.split_terminator('\0').map(str::to_owned).collect();
    ensure!(!paths.is_empty(), "git lists no file");
    Ok(paths)
}

fn walked() -> Result<Vec<String>> {
    let mut paths = Vec::new();
    let mut folders = vec![root()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).with_context(|| format!("list {}", folder.display()))? {
            let entry = entry.context("read a folder's entry")?;
            let kind = entry.file_type().context("read an entry's kind")?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if kind.is_dir() && !WRITTEN_BY_TOOLS.contains(&name.as_str()) {
                folders.push(entry.path());
            } else if kind.is_file() {
                let path = entry.path();
                let relative = path.strip_prefix(root()).context("locate a file below the root")?;
                paths.push(relative.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    Ok(paths)
}

/// All faults at once: whoever breaks three rules should learn of three.
#[track_caller]
pub(crate) fn assert_clean(faults: &[String]) {
    assert!(faults.is_empty(), "{} fault(s):\n  {}", faults.len(), faults.join("\n  "));
}

/// For a planted fault: it must be found, alone, and its message must name `words`.
#[track_caller]
pub(crate) fn assert_names(faults: &[String], words: &[&str]) {
    assert_eq!(faults.len(), 1, "expected one fault, got {faults:?}");
    for word in words {
        assert!(faults.iter().any(|fault| fault.contains(word)), "{faults:?} does not name {word:?}");
    }
}

#[test]
fn both_ways_to_list_files_find_this_file() {
    let this = "tests/it/workspace.rs".to_owned();
    assert!(walked().unwrap().contains(&this));
    assert!(text_files().unwrap().iter().any(|file| file.path == this));
}
