//! Names of time zones (the IANA database).

use jiff::tz::TimeZoneDatabase;

use super::nearest;

/// Whether Go finds a time zone of this name: the empty one and `UTC` are always there, `Local` is that of the
/// machine, and capital letters count.
pub fn is_time_zone(name: &str) -> bool {
    // The usual packages hold all zones thrice: as they are, and with and without leap seconds.
    let plain = name.strip_prefix("posix/").or(name.strip_prefix("right/")).unwrap_or(name);
    let known = || {
        TimeZoneDatabase::bundled()
            .get(plain)
            .ok()
            .and_then(|zone| zone.iana_name().map(|own| own == plain))
            .unwrap_or_default()
    };
    matches!(name, "" | "UTC" | "Local" | "localtime" | "posixrules") || known()
}

/// The time zone that was probably meant.
pub fn nearest_time_zone(name: &str) -> Option<String> {
    let names: Vec<String> = TimeZoneDatabase::bundled().available().map(|known| known.to_string()).collect();
    let other_case = names.iter().find(|known| known.eq_ignore_ascii_case(name));
    other_case.cloned().or_else(|| nearest(name, names.iter().map(String::as_str)).map(str::to_owned))
}
