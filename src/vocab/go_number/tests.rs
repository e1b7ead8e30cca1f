//! What Go writes of numbers, and reads as numbers.

use proptest::prelude::*;

use super::*;

#[test]
fn writes_what_go_writes() {
    for (value, format, precision, expected) in [
        (1.234567e06, FloatFormat::G, None, "1.234567e+06"),
        (123456.0, FloatFormat::G, None, "123456"),
        (1e21, FloatFormat::G, None, "1e+21"),
        (0.0001, FloatFormat::G, None, "0.0001"),
        (1e-05, FloatFormat::G, None, "1e-05"),
        (0.0, FloatFormat::G, None, "0"),
        (-0.0, FloatFormat::G, None, "-0"),
        (100000.0, FloatFormat::G, None, "100000"),
        (1e06, FloatFormat::G, None, "1e+06"),
        (0.1, FloatFormat::G, None, "0.1"),
        (f64::INFINITY, FloatFormat::G, None, "+Inf"),
        (f64::NEG_INFINITY, FloatFormat::F, Some(2), "-Inf"),
        (f64::NAN, FloatFormat::E, None, "NaN"),
        (1e21, FloatFormat::F, None, "1000000000000000000000"),
        (1234.5, FloatFormat::F, None, "1234.5"),
        (1e-07, FloatFormat::F, None, "0.0000001"),
        (0.5, FloatFormat::F, Some(0), "0"),
        (1.5, FloatFormat::F, Some(0), "2"),
        (2.5, FloatFormat::F, Some(0), "2"),
        (0.125, FloatFormat::F, Some(2), "0.12"),
        (1.005, FloatFormat::F, Some(2), "1.00"),
        (1.0, FloatFormat::F, Some(5), "1.00000"),
        (-1.25, FloatFormat::F, Some(1), "-1.2"),
        (1.0, FloatFormat::UpperE, None, "1E+00"),
        (0.0, FloatFormat::UpperE, None, "0E+00"),
        (1234.5678, FloatFormat::UpperE, None, "1.2345678E+03"),
        (1e100, FloatFormat::E, None, "1e+100"),
        (5e-324, FloatFormat::E, None, "5e-324"),
        (2.5, FloatFormat::E, Some(0), "2e+00"),
        (3.5, FloatFormat::E, Some(0), "4e+00"),
        (1234.5678, FloatFormat::E, Some(2), "1.23e+03"),
        (0.0, FloatFormat::E, Some(3), "0.000e+00"),
        (9.99, FloatFormat::E, Some(1), "1.0e+01"),
        (999999.0, FloatFormat::G, Some(4), "1e+06"),
        (1234.5, FloatFormat::G, Some(4), "1234"),
        (100.0, FloatFormat::G, Some(4), "100"),
        (1e30, FloatFormat::G, Some(4), "1e+30"),
        (1.234e-05, FloatFormat::G, Some(4), "1.234e-05"),
        (99.99, FloatFormat::G, Some(3), "100"),
        (0.0, FloatFormat::G, Some(4), "0"),
        (1.23456789e08, FloatFormat::G, Some(20), "123456789"),
        (1e20, FloatFormat::G, Some(21), "100000000000000000000"),
        (12345.0, FloatFormat::G, Some(0), "1e+04"),
        (1e-05, FloatFormat::UpperG, Some(2), "1E-05"),
        (0.1, FloatFormat::G, Some(30), "0.100000000000000005551115123126"),
        (100000.0, FloatFormat::G, Some(10), "100000"),
        (100.0, FloatFormat::G, Some(3), "100"),
        (1.0, FloatFormat::B, None, "4503599627370496p-52"),
        (0.0, FloatFormat::B, None, "0p-1074"),
        (5e-324, FloatFormat::B, None, "1p-1074"),
        (1e300, FloatFormat::B, None, "6724873095247260p+944"),
        (1.0, FloatFormat::X, None, "0x1p+00"),
        (0.0, FloatFormat::X, None, "0x0p+00"),
        (0.1, FloatFormat::X, None, "0x1.999999999999ap-04"),
        (1234.5, FloatFormat::X, None, "0x1.34ap+10"),
        (0.1, FloatFormat::X, Some(3), "0x1.99ap-04"),
        (1.999, FloatFormat::X, Some(0), "0x1p+01"),
        (1.0, FloatFormat::UpperX, Some(4), "0X1.0000P+00"),
        (5e-324, FloatFormat::X, None, "0x1p-1074"),
        (1e300, FloatFormat::UpperX, None, "0X1.7E43C8800759CP+996"),
        (0.1, FloatFormat::X, Some(20), "0x1.999999999999a0000000p-04"),
        (1.96875, FloatFormat::X, Some(1), "0x1.0p+01"),
        (1.03125, FloatFormat::X, Some(1), "0x1.0p+00"),
        (1.09375, FloatFormat::X, Some(1), "0x1.2p+00"),
    ] {
        assert_eq!(format_float(value, format, precision), expected, "{value} {format:?} {precision:?}");
    }
    let longest = format_float(1.0, FloatFormat::F, Some(3000));
    assert_eq!(longest.len(), 3002);
    assert_eq!(format_float(5e-324, FloatFormat::F, None).len(), 326);
}

#[test]
fn takes_the_even_one_of_two() {
    for (whole, fraction, expected) in [
        (96_030_987_016_910.0, 0.125, "9.603098701691012e+13"),
        (96_030_987_016_910.0, 0.375, "9.603098701691038e+13"),
        (997_106_945_292_797.0, 0.25, "9.971069452927972e+14"),
        (997_106_945_292_797.0, 0.75, "9.971069452927978e+14"),
    ] {
        assert_eq!(format_float(whole + fraction, FloatFormat::G, None), expected);
    }
}

#[test]
fn reads_what_go_reads() {
    for (text, expected) in [
        ("1", Ok(1.0)),
        ("+1", Ok(1.0)),
        ("-1", Ok(-1.0)),
        ("1.5e3", Ok(1500.0)),
        ("1e400", Err(FloatError::Range)),
        ("-1e400", Err(FloatError::Range)),
        ("inf", Ok(f64::INFINITY)),
        ("+Inf", Ok(f64::INFINITY)),
        ("-INFINITY", Ok(f64::NEG_INFINITY)),
        ("+nan", Err(FloatError::Syntax)),
        ("", Err(FloatError::Syntax)),
        (".", Err(FloatError::Syntax)),
        ("1.", Ok(1.0)),
        (".5", Ok(0.5)),
        ("0x1p-2", Ok(0.25)),
        ("0x1.8p1", Ok(3.0)),
        // 52 bits, one less than a float holds.
        ("0xd3333393.33339P335", Ok(2.480061034601514e110)),
        ("0x", Err(FloatError::Syntax)),
        ("0x1", Err(FloatError::Syntax)),
        ("0x1p", Err(FloatError::Syntax)),
        ("1_000", Ok(1000.0)),
        ("0x_1p4", Ok(16.0)),
        ("0x1_0p1", Ok(32.0)),
        ("0x1__0p1", Err(FloatError::Syntax)),
        ("0x1p1_0", Ok(1024.0)),
        ("0x1p-1075", Ok(0.0)),
        ("0x1p-1074", Ok(5e-324)),
        ("0x1.8p-1074", Ok(1e-323)),
        ("0x1p1024", Err(FloatError::Range)),
        ("0x1.fffffffffffff8p1023", Err(FloatError::Range)),
        ("0x1.00000000000008p0", Ok(1.0)),
        ("0x1.000000000000080001p0", Ok(1.0000000000000002)),
        ("0x123456789abcdef01p0", Ok(2.0988295479420645e19)),
        ("1e", Err(FloatError::Syntax)),
        ("1e+", Err(FloatError::Syntax)),
        ("e1", Err(FloatError::Syntax)),
        ("infi", Err(FloatError::Syntax)),
        (" 1", Err(FloatError::Syntax)),
        ("1 ", Err(FloatError::Syntax)),
        ("0x.p1", Err(FloatError::Syntax)),
        ("0x.8p1", Ok(1.0)),
        ("++1", Err(FloatError::Syntax)),
        ("1e-400", Ok(0.0)),
        ("0x1.p1", Ok(2.0)),
        ("0x1._8p1", Err(FloatError::Syntax)),
        ("0x1_.8p1", Err(FloatError::Syntax)),
        ("0x8p-1_", Err(FloatError::Syntax)),
        ("017", Ok(17.0)),
        ("0X1P1", Ok(2.0)),
        ("1f", Err(FloatError::Syntax)),
        ("0x1p99999999999999999999", Err(FloatError::Range)),
    ] {
        assert_eq!(parse_float(text), expected, "{text}");
    }
    assert!(parse_float("NaN").is_ok_and(f64::is_nan));
}

proptest! {
    #[test]
    fn the_shortest_form_reads_back(bits: u64) {
        let value = f64::from_bits(bits);
        for format in [FloatFormat::F, FloatFormat::E, FloatFormat::G, FloatFormat::X] {
            let read = parse_float(&format_float(value, format, None));
            prop_assert!(read == Ok(value) || value.is_nan() && read.is_ok_and(f64::is_nan));
        }
    }

    #[test]
    fn any_text_is_a_number_or_an_error(text in "[-+]?(0x)?[0-9a-f_.epinft+-]{0,20}") {
        if let Ok(value) = parse_float(&text) {
            prop_assert!(value.is_nan() || text.to_lowercase().contains("inf") == value.is_infinite());
        }
    }
}
