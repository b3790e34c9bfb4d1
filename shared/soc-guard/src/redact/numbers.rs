//! Numbers that check themselves: payment cards, bank accounts, social security numbers.
//!
//! Apart because these rules are arithmetic. The check digits and issuer ranges are what keeps account ids,
//! timestamps and hashes, of which evidence is full, from being taken for them.

/// Which of these numbers a text could contain, found in one pass over its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Shapes {
    pub(super) card: bool,
    pub(super) iban: bool,
    pub(super) ssn: bool,
}

pub(super) fn shapes(text: &str) -> Shapes {
    let mut found = Shapes::default();
    let (mut run, mut groups_of_four) = (0_usize, 0_usize);
    let (mut before, mut before_that) = (0_u8, 0_u8);
    for byte in text.bytes() {
        if byte.is_ascii_digit() {
            found.iban |= run == 0 && before.is_ascii_uppercase() && before_that.is_ascii_uppercase();
            run = run.saturating_add(1);
            found.card |= run >= 14 || (groups_of_four > 0 && run >= 4);
        } else if run > 0 {
            let separated = matches!(byte, b' ' | b'-');
            groups_of_four = if run == 4 && separated { groups_of_four.saturating_add(1) } else { 0 };
            found.ssn |= run == 3 && byte == b'-';
            run = 0;
        } else {
            groups_of_four = 0;
        }
        (before_that, before) = (before, byte);
    }
    // Cards of 15 and 14 digits are grouped 4-6-5 and 4-6-4, so one group of four is enough above.
    found
}

/// A card number of 14 to 16 digits from a range that is issued, with a right check digit.
///
/// Ranges as in ISO/IEC 7812 registrations: Visa, Mastercard, American Express, Discover, Diners Club, JCB, `UnionPay`.
/// The 13 and 19 digit forms are left out: they are timestamps and ids far more often than cards.
pub(super) fn is_card(text: &str) -> bool {
    let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(10)).collect();
    let prefix = digits.iter().take(4).fold(0, |all, digit| all * 10 + digit);
    let issued = match digits.len() {
        16 => {
            matches!(prefix, 4000..=4999 | 5100..=5599 | 2221..=2720 | 6011 | 6440..=6599 | 3528..=3589 | 6200..=6299)
        }
        15 => matches!(prefix, 3400..=3499 | 3700..=3799),
        14 => matches!(prefix, 3000..=3059 | 3600..=3699 | 3800..=3999),
        _ => false,
    };
    let same = digits.windows(2).all(|pair| matches!(pair, [a, b] if a == b));
    issued && !same && luhn(&digits)
}

fn luhn(digits: &[u32]) -> bool {
    let mut sum = 0;
    for (place, digit) in digits.iter().rev().enumerate() {
        let doubled = if place % 2 == 1 { digit * 2 } else { *digit };
        sum += if doubled > 9 { doubled - 9 } else { doubled };
    }
    sum % 10 == 0
}

/// An account number with its country's length and the remainder 1 modulo 97 (ISO 13616-1).
pub(super) fn is_iban(text: &str) -> bool {
    let bare: Vec<char> = text.chars().filter(|c| *c != ' ').collect();
    let country: String = bare.iter().take(2).collect();
    if iban_length(&country) != Some(bare.len()) {
        return false;
    }
    let (head, body) = bare.split_at(4);
    let mut remainder = 0;
    for digit in body.iter().chain(head).map(|c| c.to_digit(36)) {
        remainder = match digit {
            Some(digit @ 0..=9) => (remainder * 10 + digit) % 97,
            Some(letter) => (remainder * 100 + letter) % 97,
            None => return false,
        };
    }
    remainder == 1
}

/// Lengths from the SWIFT IBAN registry.
fn iban_length(country: &str) -> Option<usize> {
    Some(match country {
        "NO" => 15,
        "BE" => 16,
        "DK" | "FI" | "FO" | "GL" | "NL" | "SD" | "FK" => 18,
        "MK" | "SI" => 19,
        "AT" | "BA" | "EE" | "KZ" | "LT" | "LU" | "XK" | "MN" => 20,
        "CH" | "CR" | "HR" | "LI" | "LV" => 21,
        "BG" | "BH" | "DE" | "GB" | "GE" | "IE" | "ME" | "RS" | "VA" => 22,
        "AE" | "GI" | "IL" | "IQ" | "TL" | "OM" | "SO" => 23,
        "AD" | "CZ" | "ES" | "MD" | "PK" | "RO" | "SA" | "SE" | "SK" | "TN" | "VG" => 24,
        "LY" | "PT" | "ST" => 25,
        "IS" | "TR" => 26,
        "BI" | "DJ" | "FR" | "GR" | "IT" | "MC" | "MR" | "SM" => 27,
        "AL" | "AZ" | "BY" | "CY" | "DO" | "GT" | "HU" | "LB" | "NI" | "PL" | "SV" => 28,
        "BR" | "EG" | "PS" | "QA" | "UA" => 29,
        "JO" | "KW" | "MU" | "YE" => 30,
        "LC" => 32,
        "MT" | "SC" => 31,
        "RU" => 33,
        _ => return None,
    })
}

/// A number the Social Security Administration could have issued: no area 000, 666 or 9xx, no zero group or serial.
pub(super) fn is_ssn(text: &str) -> bool {
    let mut parts = text.split('-');
    let (Some(area), Some(group), Some(serial)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    !matches!(area, "000" | "666") && !area.starts_with('9') && group != "00" && serial != "0000"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_numbers_of_issuers_are_cards() {
        let cards = [
            "4111111111111111",
            "5555 5555 5555 4444",
            "3782-822463-10005",
            "30569309025904",
            "6011000990139424",
        ];
        for card in cards {
            assert!(is_card(card) && shapes(card).card, "{card}");
        }
    }

    #[test]
    fn timestamps_account_ids_and_wrong_digits_are_not_cards() {
        for other in
            ["4111111111111112", "1700000000000", "111122223333", "1700000000000000", "0000000000000000"]
        {
            assert!(!is_card(other), "{other}");
        }
    }

    #[test]
    fn registry_examples_are_ibans() {
        for iban in ["GB82WEST12345698765432", "DE89 3704 0044 0532 0130 00", "NO9386011117947"] {
            assert!(is_iban(iban) && shapes(iban).iban, "{iban}");
        }
        for other in ["GB82WEST12345698765433", "DE89370400440532013", "ZZ82WEST12345698765432", "GB", ""] {
            assert!(!is_iban(other), "{other}");
        }
    }

    #[test]
    fn numbers_never_issued_are_not_social_security_numbers() {
        assert!(is_ssn("078-05-1120") && shapes("x 078-05-1120").ssn);
        for other in ["000-12-3456", "666-12-3456", "912-12-3456", "123-00-3456", "123-45-0000"] {
            assert!(!is_ssn(other), "{other}");
        }
    }
}
