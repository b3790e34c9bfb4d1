//! `soc inject`: made-up findings, into a file or straight in.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use soc_domain::catalogue::{control, controls, guardduty_type, guardduty_types};
use soc_local::input::Input;
use soc_samples::Plan;

use super::run::{Asked, Lasting, go};
use crate::app::App;
use crate::args::Inject;
use crate::failure::{Exit, Failure};
use crate::output::say;
use crate::output::text::several;

/// How many findings an incident has if nobody says.
const FINDINGS_EACH: u64 = 20;

/// What is to be made.
pub(super) fn plan(args: &Inject) -> Result<Plan, Failure> {
    let finding_type = args.finding_type.as_deref().map(known).transpose()?;
    let plan = Plan {
        count: args.count,
        incidents: args.incidents.unwrap_or(args.count / FINDINGS_EACH).max(1),
        duplicates_pct: args.duplicates,
        shuffle_pct: args.shuffle,
        poison: args.poison,
        finding_type,
        seed: args.seed,
    };
    if plan.total() == 0 {
        return Err(Failure::new("there is nothing to make: --count is 0").exit(Exit::Usage));
    }
    Ok(plan)
}

pub(super) async fn inject(app: &App<'_>, args: &Inject) -> Result<Exit, Failure> {
    let plan = plan(args)?;
    match &args.out {
        Some(path) => write(app, &plan, path),
        None => {
            let inputs = vec![Input::Generated(plan)];
            go(app, Asked { inputs, lasting: Lasting::UntilIdle, judging: &args.judging }).await
        }
    }
}

/// The name as the catalogue writes it; of a name that is not in it, the nearest ones are told.
pub(super) fn known(name: &str) -> Result<String, Failure> {
    if let Some(row) = guardduty_type(name) {
        return Ok(row.name.to_owned());
    }
    if let Some(row) = control(name) {
        return Ok(row.id.to_owned());
    }
    let near = near(name);
    let hint = format!("did you mean {}?", near.join(", "));
    Err(Failure::new(format!("--type {name:?} is neither a GuardDuty finding type nor a control: {hint}"))
        .exit(Exit::Usage))
}

/// The names of the catalogue that are most like this one, the most alike first.
fn near(name: &str) -> Vec<&'static str> {
    let wanted = name.to_ascii_lowercase();
    let names = guardduty_types().iter().map(|row| row.name).chain(controls().iter().map(|row| row.id));
    let mut all: Vec<(usize, &str)> = names
        .map(|known| {
            let lower = known.to_ascii_lowercase();
            // Part of a name counts as near, however much of the name is left out.
            let inside = wanted.len() > 2 && lower.contains(&wanted);
            (if inside { 0 } else { distance(&wanted, &lower) }, known)
        })
        .collect();
    all.sort_unstable();
    all.into_iter().take(NEAR).map(|(_, known)| known).collect()
}

/// How many names are told.
const NEAR: usize = 3;

/// How many letters must be put in, taken out or changed to make one text of the other (Levenshtein).
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (at, letter) in from.chars().enumerate() {
        let mut next = vec![at + 1];
        for (pair, other) in row.windows(2).zip(&to) {
            let [diagonal, above] = pair else { continue };
            let left = next.last().copied().unwrap_or_default();
            next.push((diagonal + usize::from(letter != *other)).min(above + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

fn write(app: &App<'_>, plan: &Plan, path: &Path) -> Result<Exit, Failure> {
    if path.as_os_str() == "-" {
        let mut to = BufWriter::new(io::stdout().lock());
        lines(plan, &mut to).map_err(|error| Failure::stdout(&error))?;
        return Ok(Exit::Ok);
    }
    let failed = |error: io::Error| Failure::file("write", path, &error);
    let mut to = BufWriter::new(File::create(path).map_err(failed)?);
    lines(plan, &mut to).map_err(failed)?;
    if !app.globals.quiet {
        say(&format!("wrote {} to {}", several(plan.total(), "record"), path.display()));
    }
    Ok(Exit::Ok)
}

fn lines(plan: &Plan, to: &mut impl Write) -> io::Result<()> {
    for record in plan.records() {
        to.write_all(&record)?;
        to.write_all(b"\n")?;
    }
    to.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_told_as_the_catalogue_writes_it_and_near_names_for_one_that_it_has_not() {
        assert_eq!(known("s3.8").unwrap(), "S3.8");
        assert_eq!(near("UnauthorizedAccess:EC2/SSHBruteFroce")[0], "UnauthorizedAccess:EC2/SSHBruteForce");
        assert!(near("BitcoinTool").iter().all(|name| name.contains("BitcoinTool")));
        assert!(known("Recon:EC2/Portscam").is_err());
    }

    #[test]
    fn the_distance_counts_letters() {
        assert_eq!(
            [distance("", "ab"), distance("ab", "ab"), distance("abc", "axc"), distance("abc", "b")],
            [2, 0, 1, 2]
        );
    }
}
