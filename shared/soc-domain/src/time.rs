//! Time as a value: milliseconds since the Unix epoch, in UTC. Nothing here reads a clock.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A moment, in milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The moment `millis` milliseconds after the epoch.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the epoch.
    #[must_use]
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Reads RFC 3339, also with a space for the `T`, and without an offset (then UTC), as products write it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some(millis) = usual(text) {
            return Some(Self(millis));
        }
        if let Ok(moment) = text.parse::<jiff::Timestamp>() {
            return Some(Self(moment.as_millisecond()));
        }
        let civil = text.parse::<jiff::civil::DateTime>().ok()?;
        let zoned = civil.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
        Some(Self(zoned.timestamp().as_millisecond()))
    }

    /// The moment `span` later; stops at the end of time instead of wrapping.
    #[must_use]
    pub fn plus(self, span: Duration) -> Self {
        Self(self.0.saturating_add(millis(span)))
    }

    /// The moment `span` earlier; stops at the beginning of time instead of wrapping.
    #[must_use]
    pub fn minus(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(millis(span)))
    }

    /// How long after `earlier` this is; zero if it is not after it.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

/// Reads the form that nearly all products write, `2025-02-25T20:40:06.721Z` or without the fraction, since 1970; nothing
/// of any other. A finding has five of them, and the general reader takes ten times as long.
fn usual(text: &str) -> Option<i64> {
    let (moment, rest) = text.as_bytes().split_first_chunk::<19>()?;
    let millis = match *rest {
        [b'Z'] => 0,
        [b'.', tenths, hundredths, thousandths, b'Z'] => number(&[tenths, hundredths, thousandths])?,
        _ => return None,
    };
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b'T', h1, h2, b':', n1, n2, b':', s1, s2] = *moment
    else {
        return None;
    };
    let days = days(number(&[y1, y2, y3, y4])?, number(&[m1, m2])?, number(&[d1, d2])?)?;
    let (hours, minutes, seconds) = (number(&[h1, h2])?, number(&[n1, n2])?, number(&[s1, s2])?);
    let is_time = hours < 24 && minutes < 60 && seconds < 60;
    is_time.then_some((((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000 + millis)
}

fn number(digits: &[u8]) -> Option<i64> {
    digits.iter().try_fold(0, |number, digit| {
        digit.is_ascii_digit().then(|| number * 10 + i64::from(digit.wrapping_sub(b'0')))
    })
}

/// The days from 1970-01-01 to a day of the Gregorian calendar that is not before it. The general reader's time ends
/// within the last days of 9999.
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    /// The days before each month of a common year, and before the year after it.
    const BEFORE: [i64; 13] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365];
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let month = usize::try_from(month).ok()?;
    let (before, after) = (BEFORE.get(month.checked_sub(1)?)?, BEFORE.get(month)?);
    let length = after - before + i64::from(leap && month == 2);
    if !(1970..9999).contains(&year) || day < 1 || day > length {
        return None;
    }
    let leap_days = (year - 1969) / 4 - (year - 1901) / 100 + (year - 1601) / 400;
    Some((year - 1970) * 365 + leap_days + before + i64::from(leap && month > 2) + day - 1)
}

fn millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(moment) => write!(f, "{moment:.3}"),
            Err(_beyond_the_calendar) => write!(f, "{} ms", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_products_write() {
        for text in [
            "2025-02-25T20:40:06.721Z",
            "2025-02-25 20:40:06.721",
            "2025-02-25T20:40:06.721000+00:00",
            "2025-02-25 20:40:06.721000000",
        ] {
            assert_eq!(Timestamp::parse(text), Some(Timestamp(1_740_516_006_721)), "{text}");
        }
        assert_eq!(Timestamp::parse("yesterday"), None);
    }

    #[test]
    fn the_usual_form_is_read_as_the_general_reader_does() {
        let general = |text: &str| text.parse::<jiff::Timestamp>().ok().map(|at| at.as_millisecond());
        for year in (1970..2420).chain([9998]) {
            for (month, day) in (1..=12).flat_map(|month| [1, 27, 28, 29, 30, 31].map(|day| (month, day))) {
                let text = format!("{year:04}-{month:02}-{day:02}T23:59:07.089Z");
                assert_eq!(usual(&text), general(&text), "{text}");
            }
        }
        for text in ["2025-02-25T00:00:00Z", "1970-01-01T00:00:00.000Z", "2024-02-29T24:00:00Z"] {
            assert_eq!(usual(text), general(text), "{text}");
        }
        for text in
            ["2025-13-01T00:00:00Z", "2025-00-01T00:00:00Z", "2025-01-00T00:00:00Z", "2025-01-01T00:60:00Z"]
        {
            assert_eq!((usual(text), general(text)), (None, None), "{text}");
        }
        for text in
            ["2016-12-31T23:59:60Z", "1969-12-31T23:59:59Z", "2025-02-25t20:40:06z", "+25-02-25T20:40:06Z"]
        {
            assert_eq!(usual(text), None, "{text}");
        }
    }

    #[test]
    fn prints_rfc_3339_with_milliseconds() {
        assert_eq!(Timestamp(1_740_516_006_721).to_string(), "2025-02-25T20:40:06.721Z");
    }
}
