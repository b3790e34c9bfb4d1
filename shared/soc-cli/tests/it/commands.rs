//! Every command as people type it, with what it answers: `tests/cmd/*.trycmd`, each in a folder of its own.

use std::path::Path;

#[test]
fn every_command_answers_as_it_is_written_down() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cmd");
    let mut files: Vec<_> = std::fs::read_dir(cases).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for file in files.iter().filter(|file| file.extension().is_some_and(|end| end == "trycmd")) {
        let folder = tempfile::tempdir().unwrap();
        // The commands run where this process is; the other tests name their folders in full.
        std::env::set_current_dir(folder.path()).unwrap();
        std::fs::write("default.toml", soc_domain::policy::DEFAULT).unwrap();
        std::fs::write("policy.toml", soc_domain::policy::DEFAULT.replace("floor =", "flor =")).unwrap();
        trycmd::TestCases::new().register_bin("soc", Path::new(env!("CARGO_BIN_EXE_soc"))).case(file).run();
    }
}
