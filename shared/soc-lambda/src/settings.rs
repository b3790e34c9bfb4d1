//! Settings: every variable of a function is named once, as data, and all that is wrong is told together.
//!
//! Apart from the functions, because reading is the same for all; what each of them reads stands in its own
//! `settings.rs`. No value is ever shown: a problem names the variable and what belongs there.

use std::fmt;

use soc_domain::policy::Mode;
use soc_domain::spend::MicroDollars;

/// One variable of the environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// What belongs there.
    pub what: &'static str,
    /// Whether the function starts without it.
    pub required: bool,
}

/// What a variable can be read as.
pub trait Setting: Sized {
    /// Whether it must be there.
    const REQUIRED: bool = true;

    /// Reads it; the error says what would be right.
    ///
    /// # Errors
    /// The text is none.
    fn read(text: &str) -> Result<Self, &'static str>;

    /// What it is where there is none.
    fn absent() -> Option<Self> {
        None
    }
}

impl Setting for String {
    fn read(text: &str) -> Result<Self, &'static str> {
        Ok(text.to_owned())
    }
}

impl Setting for bool {
    fn read(text: &str) -> Result<Self, &'static str> {
        match text {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err("true or false"),
        }
    }
}

impl Setting for Mode {
    fn read(text: &str) -> Result<Self, &'static str> {
        text.parse().map_err(|_named| "off, dry-run, approve or auto")
    }
}

/// An amount of US dollars, zero or more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dollars(pub MicroDollars);

impl Setting for Dollars {
    fn read(text: &str) -> Result<Self, &'static str> {
        MicroDollars::parse_dollars(text).map(Self).ok_or("an amount of US dollars such as 5 or 0.25")
    }
}

/// The address of an emulator on this machine: what an emulator says is believed, so no other is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loopback(pub String);

impl Setting for Loopback {
    fn read(text: &str) -> Result<Self, &'static str> {
        const RIGHT: &str = "http:// with 127.0.0.1, [::1] or localhost, and a port";
        let rest = text.strip_prefix("http://").ok_or(RIGHT)?;
        let (host, port) = rest.strip_suffix('/').unwrap_or(rest).rsplit_once(':').ok_or(RIGHT)?;
        let is_here = matches!(host, "127.0.0.1" | "[::1]" | "localhost") && port.parse::<u16>().is_ok();
        if is_here { Ok(Self(format!("http://{host}:{port}"))) } else { Err(RIGHT) }
    }
}

impl<T: Setting> Setting for Option<T> {
    const REQUIRED: bool = false;

    fn read(text: &str) -> Result<Self, &'static str> {
        T::read(text).map(Some)
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

/// Everything that is wrong with the settings of a function.
#[derive(Clone, PartialEq, Eq)]
pub struct Problems {
    variables: &'static [Variable],
    found: Vec<(&'static str, String)>,
}

impl Problems {
    /// None so far.
    #[must_use]
    pub const fn of(variables: &'static [Variable]) -> Self {
        Self { variables, found: Vec::new() }
    }

    /// Reads one variable. An empty one is an absent one: templates cannot leave one out.
    pub fn read<T: Setting>(
        &mut self,
        get: &impl Fn(&str) -> Option<String>,
        name: &'static str,
    ) -> Option<T> {
        let text = get(name).filter(|text| !text.trim().is_empty());
        let read = match &text {
            None => T::absent().ok_or("is missing".to_owned()),
            Some(text) => T::read(text.trim()).map_err(|right| format!("must be {right}")),
        };
        read.map_err(|wrong| self.found.push((name, wrong))).ok()
    }

    /// The names of the variables in question.
    #[must_use]
    pub fn names(&self) -> Vec<&'static str> {
        self.found.iter().map(|(name, _)| *name).collect()
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} settings are wrong", self.found.len(), self.variables.len())?;
        for (name, wrong) in &self.found {
            let what = self.variables.iter().find(|variable| variable.name == *name);
            write!(f, "; {name} {wrong}: set it to {}", what.map_or("its value", |variable| variable.what))?;
        }
        Ok(())
    }
}

impl fmt::Debug for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Problems {}

/// The environment, for [`settings!`](crate::settings!).
#[expect(clippy::disallowed_methods, reason = "this is the settings.rs of every function")]
#[must_use]
pub fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Names the variables of a function, once: its struct, the list `VARIABLES`, and how they are read.
#[macro_export]
macro_rules! settings {
    ($(#[$doc:meta])* struct $settings:ident { $($field:ident: $kind:ty = $name:literal, $what:literal;)+ }) => {
        /// Every variable that the function reads.
        pub(crate) const VARIABLES: &[$crate::settings::Variable] = &[$(
            $crate::settings::Variable {
                name: $name,
                what: $what,
                required: <$kind as $crate::settings::Setting>::REQUIRED,
            },
        )+];

        $(#[$doc])*
        #[derive(Debug, Clone)]
        pub(crate) struct $settings {
            $(#[doc = $what] pub(crate) $field: $kind,)+
        }

        impl $settings {
            /// Reads all of them and tells all that is wrong together.
            pub(crate) fn from(
                get: &impl Fn(&str) -> Option<String>,
            ) -> Result<Self, $crate::settings::Problems> {
                let mut problems = $crate::settings::Problems::of(VARIABLES);
                $(let $field = problems.read::<$kind>(get, $name);)+
                match ($($field,)+) {
                    ($(Some($field),)+) => Ok(Self { $($field,)+ }),
                    _ => Err(problems),
                }
            }
        }
    };
}
